#pragma once
/// Putting features on a common scale.

#include <span>
#include <vector>

#include "cohort/backend.hpp"
#include "cohort/features.hpp"

namespace cohort {

/// z_j = (x_j - center_j) / scale_j; scale_j is never zero (a constant feature keeps scale 1, as in
/// scikit-learn).
struct Scaling {
  std::vector<double> center;  ///< d
  std::vector<double> scale;   ///< d, the block weights of indicators folded in
};

/// standard: weighted mean and population standard deviation. minmax: minimum and range. robust:
/// weighted median and interquartile range, quantiles interpolated as in numpy where there are no
/// weights.
/// \throws DataError when there are no rows
[[nodiscard]] Scaling fit_scaling(Backend& backend, const DataSet& data,
                                  const FeatureMatrix& features, ScaleMethod method);

/// A point given on the scaled axes, back in the features' own units.
[[nodiscard]] std::vector<double> unscaled(std::span<const float> point, const Scaling& scaling);

}  // namespace cohort
