#pragma once
/// Silhouettes (Rousseeuw 1987): how much nearer a row is to its own cluster than to the next.

#include <cstdint>
#include <span>

#include "cohort/backend.hpp"

namespace cohort {

/// Exact over all pairs; rows labelled -1 are a UsageError. Needs 2 <= clusters <= n - 1 as in
/// scikit-learn.
[[nodiscard]] SilhouetteResult silhouette(Backend& backend, const DataSet& data,
                                          std::span<const std::int32_t> labels);

/// The same bytes from rows of which equal ones count as one. \param rows  of unweighted data,
/// without an obstacle_to_collapsing() \param labels  n; equal rows have equal ones
[[nodiscard]] SilhouetteResult silhouette(Backend& backend, const DistinctRows& rows,
                                          std::span<const std::int32_t> labels);

}  // namespace cohort
