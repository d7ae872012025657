#include "host/cpu/affinity_clusters.hpp"

#include <algorithm>
#include <cmath>

#include "cohort/exact_sum.hpp"

namespace cohort::cpu {

namespace {

struct Scratch {
  std::vector<float> row;
  std::vector<std::int64_t> totals;
};

class Clusters {
 public:
  Clusters(const SimilarityRows& similarities, ThreadPool& pool)
      : similarities_(similarities),
        pool_(pool),
        scratch_(static_cast<std::size_t>(pool.threads())) {
    for (Scratch& scratch : scratch_)
      scratch.row.resize(static_cast<std::size_t>(similarities.padded()));
  }

  /// labels[i]: the exemplar most similar to row i.
  [[nodiscard]] std::vector<std::int32_t> join(const std::vector<std::int64_t>& exemplars) {
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

  /// Each cluster's best exemplar: sum of w_i s(i,j) over its other members plus j's preference.
  [[nodiscard]] std::vector<std::int64_t> refine(std::span<const std::int32_t> labels,
                                                 std::size_t clusters,
                                                 std::span<const double> preferences, Grid grid) {
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
      totals[own] += static_cast<std::int64_t>(on_grid(preferences[own], steps));
    });
    std::vector<std::int64_t> total(n);
    for (const Scratch& scratch : scratch_)
      for (std::size_t j = 0; j < n; ++j) total[j] += scratch.totals[j];

    std::vector<std::int64_t> best(clusters, -1);
    for (std::size_t j = 0; j < n; ++j) {
      std::int64_t& current = best[static_cast<std::size_t>(labels[j])];
      if (current < 0 || total[j] > total[static_cast<std::size_t>(current)])
        current = static_cast<std::int64_t>(j);
    }
    std::sort(best.begin(), best.end());
    return best;
  }

  /// w_i s(i, exemplar of i) over all rows, 0 for exemplars, and the exemplars' preferences.
  [[nodiscard]] double net_similarity(const AffinityFit& fit, std::span<const double> preferences,
                                      Grid grid) {
    const double steps = grid.steps_per_unit();
    std::vector<WideSum> sums(scratch_.size());
    for_each_row(similarities_.rows(), pool_, [&](std::int64_t i, int worker) {
      const auto own = static_cast<std::size_t>(i);
      const std::int64_t exemplar = fit.exemplars[static_cast<std::size_t>(fit.labels[own])];
      const double term = exemplar == i ? preferences[own]
                                        : row_of(i, similarities_.weight(i),
                                                 worker)[static_cast<std::size_t>(exemplar)];
      sums[static_cast<std::size_t>(worker)].add(term, steps);
    });
    for (std::size_t worker = 1; worker < sums.size(); ++worker) sums[0] += sums[worker];
    return sums[0].value(grid);
  }

 private:
  const std::vector<float>& row_of(std::int64_t i, float weight, int worker) {
    std::vector<float>& row = scratch_[static_cast<std::size_t>(worker)].row;
    similarities_.row(i, weight, row.data());
    return row;
  }

  const SimilarityRows& similarities_;
  ThreadPool& pool_;
  std::vector<Scratch> scratch_;
};

std::vector<double> shares(const AffinityFit& fit, std::span<const float> weights) {
  const float heaviest = *std::max_element(weights.begin(), weights.end());
  const Grid grid = grid_for(heaviest, static_cast<double>(weights.size()));
  std::vector<std::int64_t> sums(fit.exemplars.size());
  std::int64_t total = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto weight = static_cast<std::int64_t>(on_grid(weights[i], grid.steps_per_unit()));
    sums[static_cast<std::size_t>(fit.labels[i])] += weight;
    total += weight;
  }
  std::vector<double> result;
  result.reserve(sums.size());
  for (const std::int64_t sum : sums)
    result.push_back(static_cast<double>(sum) / static_cast<double>(total));
  return result;
}

}  // namespace

void form_clusters(const SimilarityRows& similarities, std::vector<std::int64_t> exemplars,
                   std::span<const double> preferences, double largest_magnitude, ThreadPool& pool,
                   AffinityFit& fit) {
  const Grid grid = grid_for(largest_magnitude, static_cast<double>(similarities.rows() + 1));
  Clusters clusters(similarities, pool);
  fit.exemplars = clusters.refine(clusters.join(exemplars), exemplars.size(), preferences, grid);
  fit.labels = clusters.join(fit.exemplars);
  fit.net_similarity = clusters.net_similarity(fit, preferences, grid);
  fit.shares = shares(fit, similarities.weights());
}

}  // namespace cohort::cpu
