#include "host/cpu/affinity_clusters.hpp"

namespace cohort::cpu {

AffinityClusters::AffinityClusters(const SimilarityRows& similarities, ThreadPool& pool)
    : similarities_(similarities),
      pool_(pool),
      scratch_(static_cast<std::size_t>(pool.threads())) {}

const std::vector<float>& AffinityClusters::row_of(std::int64_t i, float weight, int worker) {
  std::vector<float>& row = scratch_[static_cast<std::size_t>(worker)].row;
  row.resize(static_cast<std::size_t>(similarities_.padded()));
  similarities_.row(i, weight, row.data());
  return row;
}

std::vector<std::int32_t> AffinityClusters::join(const std::vector<std::int64_t>& exemplars) {
  std::vector<std::int32_t> labels(static_cast<std::size_t>(similarities_.rows()));
  for_each_row(similarities_.rows(), pool_, [&](std::int64_t i, int worker) {
    const std::vector<float>& row = row_of(i, 1.0F, worker);
    std::size_t best = 0;
    for (std::size_t k = 1; k < exemplars.size(); ++k)
      if (row[static_cast<std::size_t>(exemplars[k])] >
          row[static_cast<std::size_t>(exemplars[best])])
        best = k;
    labels[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(best);
  });
  for (std::size_t k = 0; k < exemplars.size(); ++k)
    labels[static_cast<std::size_t>(exemplars[k])] = static_cast<std::int32_t>(k);
  return labels;
}

std::vector<std::int64_t> AffinityClusters::totals(const std::vector<std::int32_t>& labels,
                                                   Grid grid) {
  const std::size_t n = labels.size();
  const double steps = grid.steps_per_unit();
  for (Scratch& scratch : scratch_) scratch.totals.assign(n, 0);
  for_each_row(similarities_.rows(), pool_, [&](std::int64_t i, int worker) {
    const std::vector<float>& row = row_of(i, similarities_.weight(i), worker);
    std::vector<std::int64_t>& totals = scratch_[static_cast<std::size_t>(worker)].totals;
    const auto own = static_cast<std::size_t>(i);
    for (std::size_t j = 0; j < n; ++j)
      if (labels[j] == labels[own] && j != own)
        totals[j] += static_cast<std::int64_t>(on_grid(row[j], steps));
  });
  std::vector<std::int64_t> total(n);
  for (const Scratch& scratch : scratch_)
    for (std::size_t j = 0; j < n; ++j) total[j] += scratch.totals[j];
  return total;
}

std::vector<float> AffinityClusters::similarities_to(const std::vector<std::int64_t>& columns) {
  std::vector<float> result(columns.size());
  for_each_row(similarities_.rows(), pool_, [&](std::int64_t i, int /*worker*/) {
    const auto own = static_cast<std::size_t>(i);
    if (columns[own] != i)
      result[own] = similarities_.one(i, columns[own], similarities_.weight(i));
  });
  return result;
}

}  // namespace cohort::cpu
