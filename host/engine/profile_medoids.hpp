#pragma once
/// The member of a cluster that stands for it.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/matrix.hpp"

#include "host/engine/row_weights.hpp"

namespace cohort {

/// Both take ascending rows of x, pass over those without weight where others have some, give the
/// lowest of equals, and -1 for nobody.

/// The member with the least weighted sum of distances to the others: all pairs.
[[nodiscard]] std::int64_t central_member(const std::vector<std::int64_t>& members,
                                          MatrixView<const float> x, const RowWeights& weights);

/// The member nearest to the members' weighted mean.
[[nodiscard]] std::int64_t mean_member(const std::vector<std::int64_t>& members,
                                       MatrixView<const float> x, const RowWeights& weights);

}  // namespace cohort
