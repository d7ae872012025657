#pragma once
/// The member of a cluster that stands for it.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/matrix.hpp"

#include "host/engine/row_weights.hpp"

namespace cohort {

/// Of `members` (ascending rows of x) the one with the least weighted sum of distances to the
/// others; above kMedoidRows members the one nearest to their weighted mean. Ties: the lowest;
/// nobody: -1.
[[nodiscard]] std::int64_t medoid_of(const std::vector<std::int64_t>& members,
                                     MatrixView<const float> x, const RowWeights& weights);

}  // namespace cohort
