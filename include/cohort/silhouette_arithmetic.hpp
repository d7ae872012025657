#pragma once
/// The arithmetic of silhouettes, shared by every backend. Distances are integers on one grid, so
/// that a row may meet the others in any order.

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "cohort/backend.hpp"
#include "cohort/error.hpp"
#include "cohort/weighted_sum.hpp"

namespace cohort {

/// No two rows are farther apart, rounding included. \param minimum,maximum  of all rows' features
[[nodiscard]] inline double largest_distance(std::span<const float> minimum,
                                             std::span<const float> maximum) {
  double square = 0;
  for (std::size_t j = 0; j < minimum.size(); ++j) {
    const double range = static_cast<double>(maximum[j]) - static_cast<double>(minimum[j]);
    square += range * range;
  }
  if (1.001 * square > static_cast<double>(std::numeric_limits<float>::max()))
    throw DataError("squared distances of these rows exceed float32; scale the features first");
  return 1.001 * std::sqrt(square);
}

/// The distance from a row to one that weighs `whole` copies and a rest, as an integer.
template <bool kWeighted>
[[gnu::always_inline]] COHORT_SHARED_CODE std::uint64_t distance_term(float squared_distance,
                                                                      double steps,
                                                                      std::uint64_t whole,
                                                                      double part) {
  const double distance = static_cast<double>(sqrtf(squared_distance)) * steps;
  return kWeighted ? weighted_integer(distance, whole, part) : grid_integer(distance);
}

/// weight x value for a value in [-1, 1]; a weight itself is that of value 1. \param steps  of
/// weighting.grid(1)
[[nodiscard]] COHORT_SHARED_CODE std::int64_t unit_term(double value, double steps, WeightCut cut) {
  return weighted_term(on_grid(value, steps), cut.whole, cut.part);
}

inline constexpr double kNoCluster = std::numeric_limits<double>::infinity();

/// What a row knows of the clusters it has met.
struct RowSilhouette {
  double own = -1;              ///< mean distance to its fellows; below 0 where they weigh nothing
  double nearest = kNoCluster;  ///< mean distance to the nearest other cluster

  /// Sums and weights are in one unit; weights are those of the cluster without the row.
  COHORT_SHARED_CODE void meet_own(double distances, double weight) {
    if (weight > 0) own = distances / weight;
  }
  COHORT_SHARED_CODE void meet_other(double distances, double weight) {
    if (weight > 0 && distances / weight < nearest) nearest = distances / weight;
  }
  /// (b - a) / max(a, b); 0 where nothing else weighs anything in the row's cluster.
  [[nodiscard]] COHORT_SHARED_CODE double value() const {
    if (own < 0) return 0;
    const double larger = own < nearest ? nearest : own;
    return larger > 0 && larger < kNoCluster ? (nearest - own) / larger : 0;
  }
};

/// Fills in the weighted means of result.values, by cluster and overall. \param values,weights
/// sums of unit_term over each cluster's rows
inline void add_means(SilhouetteResult& result, std::span<const std::int64_t> values,
                      std::span<const std::int64_t> weights, Grid grid) {
  std::int64_t everything = 0;
  std::int64_t everyone = 0;
  for (std::size_t c = 0; c < values.size(); ++c) {
    everything += values[c];
    everyone += weights[c];
    result.cluster_means.push_back(
        weights[c] > 0 ? from_grid(values[c], grid) / from_grid(weights[c], grid) : 0);
  }
  result.mean = from_grid(everything, grid) / from_grid(everyone, grid);
}

}  // namespace cohort
