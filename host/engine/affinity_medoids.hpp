#pragma once
/// Exemplars of rows that are too many to compare with each other.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/backend.hpp"

namespace cohort {

/// Rows on the host and on the backend.
struct WeightedRows {
  const DataSet& data;
  MatrixView<const float> x;       ///< m x d
  std::span<const float> weights;  ///< m
};

/// Where medoids have settled, or kMostRefinements rounds have led.
struct Medoids {
  std::vector<std::int64_t> rows;       ///< ascending
  std::vector<std::int32_t> labels;     ///< m: index into rows
  std::vector<float> squared_distance;  ///< m: to it
  std::int64_t rounds = 0;              ///< in which some medoid moved
  std::vector<float> first_distance;    ///< m: to the nearest of the given exemplars
};

/// From exemplars (ascending, at least one): each row joins the nearest, ties the lowest, and each
/// cluster takes its medoid, the member with the largest sum of w_i s(i,j). That is the one nearest
/// to the weighted mean, because the sum is a constant plus the total weight times that distance;
/// the distance is in double, ties the lowest row.
[[nodiscard]] Medoids settle_medoids(Backend& backend, const WeightedRows& rows,
                                     std::vector<std::int64_t> exemplars);

}  // namespace cohort
