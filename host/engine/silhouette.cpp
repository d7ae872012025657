#include "cohort/silhouette.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/engine/all_rows.hpp"

namespace cohort {

namespace {

/// The clusters, counted from 0 to the highest label.
std::int64_t checked_clusters(std::span<const std::int32_t> labels, std::int64_t n) {
  if (static_cast<std::int64_t>(labels.size()) != n)
    throw UsageError(fmt::format("the silhouette of {} rows was given {} labels; it needs one each",
                                 n, labels.size()));
  const auto unlabelled = std::find_if(labels.begin(), labels.end(), [](auto l) { return l < 0; });
  if (unlabelled != labels.end())
    throw UsageError(
        fmt::format("the silhouette needs every row in a cluster; row {} is labelled {}",
                    unlabelled - labels.begin(), *unlabelled));

  const std::int32_t highest =
      labels.empty() ? -1 : *std::max_element(labels.begin(), labels.end());
  std::vector<bool> used(static_cast<std::size_t>(highest) + 1);
  for (const std::int32_t label : labels) used[static_cast<std::size_t>(label)] = true;
  const auto clusters = std::count(used.begin(), used.end(), true);
  if (clusters < 2 || clusters > n - 1)
    throw UsageError(fmt::format(
        "the silhouette needs at least 2 clusters and fewer clusters than rows; there are {} "
        "clusters of {} rows",
        clusters, n));
  return std::int64_t{highest} + 1;
}

}  // namespace

SilhouetteResult silhouette(Backend& backend, const DataSet& data,
                            std::span<const std::int32_t> labels) {
  return backend.silhouette(data, labels, checked_clusters(labels, data.rows()));
}

SilhouetteResult silhouette(Backend& backend, const DistinctRows& rows,
                            std::span<const std::int32_t> labels) {
  const std::int64_t clusters = checked_clusters(labels, std::ssize(rows.group));
  std::vector<std::int32_t> of_distinct;
  for (const std::int64_t row : rows.first)
    of_distinct.push_back(labels[static_cast<std::size_t>(row)]);
  SilhouetteResult result = backend.silhouette(*rows.data, of_distinct, clusters);
  result.values = of_all_rows(rows, result.values);
  return result;
}

}  // namespace cohort
