#pragma once
/// Around the exact sums of columns: which grids they are taken on, and the means and variances
/// that come of them. Backends find the ranges and add the integers; what is decided and divided is
/// here, once.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "cohort/exact_sum.hpp"
#include "cohort/weighted_sum.hpp"

namespace cohort {

/// The smallest and largest value of each feature, d values each; rows of weight 0 do not count.
/// Never -0.
struct ColumnRanges {
  std::vector<float> minimum, maximum;

  /// The largest |x - centre| of feature j.
  [[nodiscard]] double largest_deviation(std::int64_t j, double centre) const {
    const auto feature = static_cast<std::size_t>(j);
    return std::max(std::abs(static_cast<double>(minimum[feature]) - centre),
                    std::abs(static_cast<double>(maximum[feature]) - centre));
  }
};

/// The grid of each feature's weighted values.
[[nodiscard]] inline std::vector<Grid> value_grids(const ColumnRanges& ranges,
                                                   const RowWeighting& weighting) {
  std::vector<Grid> grids;
  for (std::int64_t j = 0; j < std::ssize(ranges.minimum); ++j)
    grids.push_back(weighting.grid(ranges.largest_deviation(j, 0)));
  return grids;
}

/// The grid of each feature's weighted squares about `mean`.
[[nodiscard]] inline std::vector<Grid> square_grids(const ColumnRanges& ranges,
                                                    const std::vector<double>& mean,
                                                    const RowWeighting& weighting) {
  std::vector<Grid> grids;
  for (std::int64_t j = 0; j < std::ssize(mean); ++j) {
    const double deviation = ranges.largest_deviation(j, mean[static_cast<std::size_t>(j)]);
    grids.push_back(weighting.grid(deviation * deviation));
  }
  return grids;
}

/// The steps in a unit of each grid.
[[nodiscard]] inline std::vector<double> steps_of(const std::vector<Grid>& grids) {
  std::vector<double> steps;
  for (const Grid grid : grids) steps.push_back(grid.steps_per_unit());
  return steps;
}

/// The unit of each grid.
[[nodiscard]] inline std::vector<double> units_of(const std::vector<Grid>& grids) {
  std::vector<double> units;
  for (const Grid grid : grids) units.push_back(grid.unit());
  return units;
}

/// The mean over features, at least one, in order.
[[nodiscard]] inline double mean_of(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total / static_cast<double>(values.size());
}

/// \param sums  of weight x value on the value_grids()
[[nodiscard]] inline std::vector<double> means_of(const std::vector<std::int64_t>& sums,
                                                  const std::vector<Grid>& grids,
                                                  const ColumnRanges& ranges,
                                                  const RowWeighting& weighting) {
  std::vector<double> mean;
  for (std::size_t j = 0; j < sums.size(); ++j) {
    // A weight's second rounding must not make a constant feature look like one that varies.
    mean.push_back(ranges.minimum[j] == ranges.maximum[j]
                       ? static_cast<double>(ranges.minimum[j])
                       : weighting.unscaled(from_grid(sums[j], grids[j])) / weighting.total);
  }
  return mean;
}

/// \param sums  of weight x square on the square_grids()
[[nodiscard]] inline std::vector<double> variances_of(const std::vector<WideSum>& sums,
                                                      const std::vector<Grid>& grids,
                                                      const RowWeighting& weighting) {
  std::vector<double> variance;
  for (std::size_t j = 0; j < sums.size(); ++j)
    variance.push_back(weighting.unscaled(sums[j].value(grids[j])) / weighting.total);
  return variance;
}

}  // namespace cohort
