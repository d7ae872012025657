#pragma once
/// What K-means adds up: one row's terms, and the means that sums of them stand for. They are the
/// statistics' terms (cohort/weighted_sum.hpp): a value is rounded once to its feature's grid and
/// its whole copies are added as integers, so that a row of weight 3 adds exactly what three equal
/// rows add; grids depend on the range of the values and the total weight, which counting equal
/// rows as one does not change.

#include <cstdint>
#include <vector>

#include "cohort/weighted_sum.hpp"

namespace cohort {

/// Features' grids are the value_grids() of cohort/column_sums.hpp.
class KMeansTerms {
 public:
  explicit KMeansTerms(const RowWeighting& weighting)
      : weighting_(weighting),
        weight_grid_(weighting.weighted ? weighting.grid(1) : Grid{0}),
        weight_steps_(weight_grid_.steps_per_unit()),
        weight_unit_(weight_grid_.unit()) {}

  /// What a row adds to its cluster's weight: 1, or its weight on the weights' grid.
  [[nodiscard]] COHORT_SHARED_CODE std::int64_t weight_term(double weight) const {
    if (!weighting_.weighted) return 1;
    const WeightCut cut = weighting_.cut(weight);
    return weighted_term(weight_steps_, cut.whole, cut.part);
  }
  /// What a row's value adds to its cluster's sum. \param steps  in a unit of the feature's grid
  [[nodiscard]] COHORT_SHARED_CODE std::int64_t value_term(float value, double steps,
                                                           double weight) const {
    const double scaled_value = static_cast<double>(value) * steps;
    if (!weighting_.weighted) return static_cast<std::int64_t>(grid_integer(scaled_value));
    const WeightCut cut = weighting_.cut(weight);
    return static_cast<std::int64_t>(
        weighted_integer(scaled_value, static_cast<std::uint64_t>(cut.whole), cut.part));
  }
  /// The mean that a cluster's sum and weight stand for. \param unit  of the feature's grid
  [[nodiscard]] COHORT_SHARED_CODE double mean(std::int64_t sum, double unit,
                                               std::int64_t weight) const {
    return static_cast<double>(sum) * unit / (static_cast<double>(weight) * weight_unit_);
  }
  /// The means of all features. \param weight  of all rows
  [[nodiscard]] std::vector<double> means(const std::vector<std::int64_t>& sums,
                                          const std::vector<Grid>& grids,
                                          std::int64_t weight) const {
    std::vector<double> result;
    for (std::size_t j = 0; j < sums.size(); ++j)
      result.push_back(mean(sums[j], grids[j].unit(), weight));
    return result;
  }

  [[nodiscard]] COHORT_SHARED_CODE const RowWeighting& weighting() const { return weighting_; }
  [[nodiscard]] double weight_steps() const { return weight_steps_; }

 private:
  RowWeighting weighting_;
  Grid weight_grid_;
  double weight_steps_;
  double weight_unit_;
};

}  // namespace cohort
