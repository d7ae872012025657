#pragma once
/// The smallest and largest value of each feature: what grids are chosen from.

#include <vector>

#include "host/cpu/operations.hpp"

namespace cohort::cpu {

/// Each d values; rows of weight 0 do not count. Never -0.
struct ColumnRanges {
  std::vector<float> minimum, maximum;

  /// The largest |x - centre| of feature j.
  [[nodiscard]] double largest_deviation(std::int64_t j, double centre) const;
};

[[nodiscard]] ColumnRanges column_ranges(const CpuDataSet& data, Machine machine);

}  // namespace cohort::cpu
