#pragma once
/// The search for equal rows where many rows are few different ones.

#include <cstdint>
#include <optional>

#include "cohort/large_memory.hpp"

#include "host/cpu/operations.hpp"

namespace cohort::cpu {

/// Each row's lowest equal row; nothing where there are, or seem to be, too many different rows for
/// a table in the cache.
[[nodiscard]] std::optional<LargeVector<std::int32_t>> first_equals_of_few(const CpuDataSet& data,
                                                                           Machine machine);

}  // namespace cohort::cpu
