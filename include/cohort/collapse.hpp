#pragma once
/// Equal rows counted as one. Survey answers are discrete: ten million rows may hold few distinct
/// ones, and sums of integers are the same whether a row counts for three or comes three times. So
/// K-means from given centres and silhouettes are the same bytes either way.

#include <cstdint>
#include <optional>
#include <string_view>

#include "cohort/backend.hpp"
#include "cohort/matrix.hpp"

namespace cohort {

enum class Collapse {
  automatic,  ///< where there are many rows and a sample says that at most half are distinct
  on,
  off
};

/// What a sample of evenly spaced rows says of all. It depends on the rows alone, never on the
/// machine, so that a run repeats anywhere.
struct DistinctEstimate {
  std::int64_t seen = 0;  ///< distinct rows in the sample: there are at least so many
  double estimate = 0;    ///< of the distinct rows among all, from the pairs of equal ones met
};

/// \param x  n x d, host
[[nodiscard]] DistinctEstimate estimate_distinct(MatrixView<const float> x);

/// Fewer rows are quick as they are.
inline constexpr std::int64_t kFewestToCollapse = 10000;

/// Whether looking for equal rows among n is worth the while.
[[nodiscard]] bool worth_collapsing(const DistinctEstimate& estimate, std::int64_t n);

/// Why the groups of equal rows cannot count as one row each, or nothing: counts above 2^24 are not
/// exact as float32 weights.
[[nodiscard]] std::string_view obstacle_to_collapsing(const DistinctRows& rows);

}  // namespace cohort
