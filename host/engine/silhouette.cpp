#include "cohort/silhouette.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cohort/error.hpp"

namespace cohort {

SilhouetteResult silhouette(Backend& backend, const DataSet& data,
                            std::span<const std::int32_t> labels) {
  const std::int64_t n = data.rows();
  if (static_cast<std::int64_t>(labels.size()) != n)
    throw UsageError(fmt::format("the silhouette of {} rows was given {} labels; it needs one each",
                                 n, labels.size()));
  const auto unlabelled = std::find_if(labels.begin(), labels.end(), [](auto l) { return l < 0; });
  if (unlabelled != labels.end())
    throw UsageError(
        fmt::format("the silhouette needs every row in a cluster; row {} is labelled {}",
                    unlabelled - labels.begin(), *unlabelled));

  std::vector<std::int32_t> used(labels.begin(), labels.end());
  std::sort(used.begin(), used.end());
  const auto clusters = std::unique(used.begin(), used.end()) - used.begin();
  if (clusters < 2 || clusters > n - 1)
    throw UsageError(fmt::format(
        "the silhouette needs at least 2 clusters and fewer clusters than rows; there are {} "
        "clusters of {} rows",
        clusters, n));
  return backend.silhouette(
      data, labels, static_cast<std::int64_t>(used[static_cast<std::size_t>(clusters) - 1]) + 1);
}

}  // namespace cohort
