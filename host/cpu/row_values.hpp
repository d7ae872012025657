#pragma once
/// Exact sums and maxima of one value a row (a squared distance), weighted: the kernels under
/// k-means++ and inertia.

#include <cstdint>

#include "cohort/weighted_sum.hpp"

#include "host/cpu/simd.hpp"

namespace cohort::cpu {

/// The largest weight x value of `lanes` rows (a multiple of 16). \param weights  null = all 1
[[nodiscard]] double largest_weighted(Isa isa, const float* values, const float* weights,
                                      std::int64_t lanes);

/// The sum of weight x value, both scaled: a value is rounded once to the wide grid and its whole
/// copies are added, as in cohort/weighted_sum.hpp. All of `lanes` count.
[[nodiscard]] WideSum wide_weighted_sum(Isa isa, const float* values, const float* weights,
                                        const WeightScale& scale, std::int64_t lanes, Grid grid);

/// The sum of weight x value, each term rounded once to the grid. All of `lanes` count.
[[nodiscard]] std::int64_t weighted_sum(Isa isa, const float* values, const float* weights,
                                        std::int64_t lanes, Grid grid);

}  // namespace cohort::cpu
