#pragma once
/// Means of groups of rows and the spread of all, in exact sums over the rows of a host matrix.

#include <cstdint>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/parallel.hpp"

#include "host/engine/profile_groups.hpp"

namespace cohort {

struct FeatureMeans {
  Matrix<double> mean;            ///< groups x d; everyone in place of the rows without a group
  std::vector<double> deviation;  ///< d: everyone's standard deviation; 0 for a constant
};

[[nodiscard]] FeatureMeans feature_means(MatrixView<const float> x, const Grouping& grouping,
                                         ThreadPool& pool);

/// groups x d: the means of groups alone, each on its own grid.
[[nodiscard]] Matrix<double> group_means(MatrixView<const float> x, const Grouping& grouping,
                                         ThreadPool& pool);

}  // namespace cohort
