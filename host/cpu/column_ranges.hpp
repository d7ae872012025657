#pragma once
/// The smallest and largest value of each feature: what grids are chosen from.

#include <vector>

#include "cohort/column_sums.hpp"

#include "host/cpu/operations.hpp"

namespace cohort::cpu {

[[nodiscard]] ColumnRanges column_ranges(const CpuDataSet& data, Machine machine);

/// Finds them block by block, for who has the blocks in the cache anyway.
class RangeSearch {
 public:
  RangeSearch(const CpuDataSet& data, Machine machine);
  /// Looks at the blocks [first, last).
  void see(std::int64_t first, std::int64_t last, int worker);
  [[nodiscard]] ColumnRanges found() const;

 private:
  /// The ends of the range in each lane of each feature.
  struct LaneEnds {
    std::vector<float> minimum, maximum;
  };

  const CpuDataSet& data_;
  Isa isa_;
  std::vector<LaneEnds> workers_;
};

}  // namespace cohort::cpu
