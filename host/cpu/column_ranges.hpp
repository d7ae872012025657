#pragma once
/// The smallest and largest value of each feature: what grids are chosen from.

#include "cohort/column_sums.hpp"

#include "host/cpu/operations.hpp"

namespace cohort::cpu {

[[nodiscard]] ColumnRanges column_ranges(const CpuDataSet& data, Machine machine);

}  // namespace cohort::cpu
