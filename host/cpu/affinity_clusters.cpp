#include "host/cpu/affinity_clusters.hpp"

#include <memory>

namespace cohort::cpu {

namespace {

/// What each thread keeps a row in.
using RowOfThread = std::vector<std::vector<float>>;

float* room_for(std::size_t columns, std::vector<float>& row) {
  row.resize(std::max(row.size(), columns + kBlock));
  return row.data();
}

}  // namespace

AffinityClusters::AffinityClusters(const SimilarityRows& similarities, ThreadPool& pool)
    : similarities_(similarities), pool_(pool) {}

std::vector<std::int32_t> AffinityClusters::join(const std::vector<std::int64_t>& exemplars) {
  const std::unique_ptr<SimilarityColumns> columns = similarities_.to_columns(exemplars);
  std::vector<std::int32_t> labels(static_cast<std::size_t>(similarities_.rows()));
  RowOfThread rows(static_cast<std::size_t>(pool_.threads()));
  for_each_row(similarities_.rows(), pool_, [&](std::int64_t i, int worker) {
    float* const row = room_for(exemplars.size(), rows[static_cast<std::size_t>(worker)]);
    columns->row(i, 1.0F, row);
    std::size_t best = 0;
    for (std::size_t k = 1; k < exemplars.size(); ++k)
      if (row[k] > row[best]) best = k;
    labels[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(best);
  });
  for (std::size_t k = 0; k < exemplars.size(); ++k)
    labels[static_cast<std::size_t>(exemplars[k])] = static_cast<std::int32_t>(k);
  return labels;
}

std::vector<std::int64_t> AffinityClusters::totals(const std::vector<std::int32_t>& labels,
                                                   std::int64_t clusters, Grid grid) {
  const std::size_t n = labels.size();
  const double steps = grid.steps_per_unit();
  std::vector<std::vector<std::int64_t>> members(static_cast<std::size_t>(clusters));
  for (std::size_t i = 0; i < n; ++i)
    members[static_cast<std::size_t>(labels[i])].push_back(static_cast<std::int64_t>(i));
  std::vector<std::unique_ptr<SimilarityColumns>> columns;
  columns.reserve(members.size());
  for (const std::vector<std::int64_t>& own : members)
    columns.push_back(own.size() > 1 ? similarities_.to_columns(own) : nullptr);

  RowOfThread rows(static_cast<std::size_t>(pool_.threads()));
  std::vector<std::vector<std::int64_t>> sums(rows.size(), std::vector<std::int64_t>(n));
  for_each_row(similarities_.rows(), pool_, [&](std::int64_t i, int worker) {
    const auto cluster = static_cast<std::size_t>(labels[static_cast<std::size_t>(i)]);
    const std::vector<std::int64_t>& others = members[cluster];
    if (others.size() < 2) return;
    float* const row = room_for(others.size(), rows[static_cast<std::size_t>(worker)]);
    columns[cluster]->row(i, similarities_.weight(i), row);
    std::vector<std::int64_t>& own_sums = sums[static_cast<std::size_t>(worker)];
    for (std::size_t k = 0; k < others.size(); ++k)
      if (others[k] != i)
        own_sums[static_cast<std::size_t>(others[k])] +=
            static_cast<std::int64_t>(on_grid(row[k], steps));
  });
  std::vector<std::int64_t> totals(n);
  for (const std::vector<std::int64_t>& part : sums)
    for (std::size_t j = 0; j < n; ++j) totals[j] += part[j];
  return totals;
}

std::vector<float> AffinityClusters::similarities_to(const std::vector<std::int64_t>& columns) {
  std::vector<float> result(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    if (columns[i] != row)
      result[i] = similarities_.similarity(row, columns[i], similarities_.weight(row));
  }
  return result;
}

}  // namespace cohort::cpu
