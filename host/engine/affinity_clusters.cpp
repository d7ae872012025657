/// From exemplars to clusters.

#include <algorithm>
#include <cmath>

#include "host/engine/affinity_problem.hpp"

namespace cohort {

namespace {

/// Each cluster's best exemplar: the largest sum of w_i s(i,j) over its other members plus j's
/// preference; ties the lowest.
std::vector<std::int64_t> best_exemplars(AffinityPasses& passes,
                                         const std::vector<std::int32_t>& labels,
                                         std::size_t clusters,
                                         const std::vector<double>& preferences, Grid grid) {
  std::vector<std::int64_t> totals =
      passes.totals(labels, static_cast<std::int64_t>(clusters), grid);
  std::vector<std::int64_t> best(clusters, -1);
  for (std::size_t j = 0; j < totals.size(); ++j) {
    totals[j] += static_cast<std::int64_t>(on_grid(preferences[j], grid.steps_per_unit()));
    std::int64_t& current = best[static_cast<std::size_t>(labels[j])];
    if (current < 0 || totals[j] > totals[static_cast<std::size_t>(current)])
      current = static_cast<std::int64_t>(j);
  }
  std::sort(best.begin(), best.end());
  return best;
}

/// w_i s(i, exemplar of i) over all rows, 0 for exemplars, and the exemplars' preferences.
double net_similarity(AffinityPasses& passes, const AffinityFit& fit,
                      const std::vector<double>& preferences, Grid grid) {
  std::vector<std::int64_t> exemplar_of;
  exemplar_of.reserve(fit.labels.size());
  for (const std::int32_t label : fit.labels)
    exemplar_of.push_back(fit.exemplars[static_cast<std::size_t>(label)]);
  const std::vector<float> similarities = passes.similarities_to(exemplar_of);
  WideSum sum;
  for (std::size_t i = 0; i < exemplar_of.size(); ++i) {
    const bool is_exemplar = exemplar_of[i] == static_cast<std::int64_t>(i);
    sum.add(is_exemplar ? preferences[i] : static_cast<double>(similarities[i]),
            grid.steps_per_unit());
  }
  return sum.value(grid);
}

}  // namespace

std::vector<double> cluster_shares(std::span<const std::int32_t> labels, std::size_t clusters,
                                   std::span<const float> weights) {
  const float heaviest = *std::max_element(weights.begin(), weights.end());
  const Grid grid = grid_for(heaviest, static_cast<double>(weights.size()));
  std::vector<std::int64_t> sums(clusters);
  std::int64_t total = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto weight = static_cast<std::int64_t>(on_grid(weights[i], grid.steps_per_unit()));
    sums[static_cast<std::size_t>(labels[i])] += weight;
    total += weight;
  }
  std::vector<double> result;
  result.reserve(sums.size());
  for (const std::int64_t sum : sums)
    result.push_back(static_cast<double>(sum) / static_cast<double>(total));
  return result;
}

void form_clusters(const AffinityProblem& problem, const std::vector<double>& preferences,
                   bool refine, AffinityFit& fit) {
  AffinityPasses& passes = problem.passes();
  double largest = problem.magnitude();
  for (const double preference : preferences) largest = std::max(largest, std::abs(preference));
  const Grid grid = grid_for(largest, static_cast<double>(passes.rows() + 1));
  fit.labels = passes.join(fit.exemplars);
  const auto take_best = [&] {
    std::vector<std::int64_t> best =
        best_exemplars(passes, fit.labels, fit.exemplars.size(), preferences, grid);
    if (best == fit.exemplars) return false;
    fit.exemplars = std::move(best);
    fit.labels = passes.join(fit.exemplars);
    return true;
  };
  take_best();
  fit.net_similarity = net_similarity(passes, fit, preferences, grid);
  if (refine) {
    fit.refinement = Refinement{0, fit.net_similarity};
    while (fit.refinement->rounds < kMostRefinements && take_best()) ++fit.refinement->rounds;
    if (fit.refinement->rounds > 0)
      fit.net_similarity = net_similarity(passes, fit, preferences, grid);
  }
  fit.shares = cluster_shares(fit.labels, fit.exemplars.size(), passes.weights());
}

}  // namespace cohort
