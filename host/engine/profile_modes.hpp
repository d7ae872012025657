#pragma once
/// The most frequent values of each feature, in each group and over all.

#include <cstdint>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/parallel.hpp"

#include "host/engine/profile_groups.hpp"

namespace cohort {

/// The value with the most weight, of equals the lowest.
struct Mode {
  float value = 0;
  std::int64_t weight = -1;

  void see(float other, std::int64_t other_weight) {
    if (other_weight > weight || (other_weight == weight && other < value))
      *this = {other, other_weight};
  }
};

struct Modes {
  std::vector<Mode> of;      ///< every group, and everyone in place of the rows without one
  std::size_t distinct = 0;  ///< values, -0 and 0 are one
};

/// Of every feature.
[[nodiscard]] std::vector<Modes> modes_of(MatrixView<const float> x, const Grouping& grouping,
                                          ThreadPool& pool);

}  // namespace cohort
