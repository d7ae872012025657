#pragma once
/// An order in which near rows are neighbours.

#include <cstdint>
#include <vector>

#include "host/cpu/data_set.hpp"

namespace cohort::cpu {

/// The rows as the leaves of a k-d tree list them: cut at medians of the widest feature, between
/// whole blocks of 16 rows and, above those, whole groups of 16 blocks.
[[nodiscard]] std::vector<std::int32_t> kd_order(const CpuDataSet& data);

}  // namespace cohort::cpu
