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

}  // namespace cohort
