#include "cohort/affinity_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "cohort/affinity_arithmetic.hpp"
#include "cohort/error.hpp"

namespace cohort {

namespace {

/// The median of all pairs' similarities; the mean of two values where the half falls between
/// them. numpy.median of the matrix when all weights are 1.
double median_similarity(AffinityPasses& passes) {
  const PairWeights pairs(passes.weights());
  const RankedSimilarity lower = passes.at_rank(pairs, (pairs.total + 1) / 2);
  if (lower.up_to * 2 != pairs.total) return lower.value;
  const float upper = passes.next_above(pairs, lower.value);
  return (static_cast<double>(lower.value) + static_cast<double>(upper)) / 2;
}

std::vector<double> preferences_of(AffinityPasses& passes, const AffinityParams& params) {
  if (!params.preferences.empty()) return {params.preferences.begin(), params.preferences.end()};
  const double common = params.preference ? *params.preference : median_similarity(passes);
  return std::vector<double>(static_cast<std::size_t>(passes.rows()), common);
}

void require_small_enough(double magnitude) {
  if (magnitude <= kLargestSimilarity) return;
  throw DataError(
      fmt::format("affinity propagation: similarities and preferences reach {:.3g} in magnitude, "
                  "more than the {:.0e} that messages in float32 can hold; scale the features "
                  "or the weights",
                  magnitude, static_cast<double>(kLargestSimilarity)));
}

/// The largest magnitude; NaN where there is one. (Processors differ in the sign of a NaN they
/// make.)
double magnitude_of(const SimilarityRange& range) {
  const double least = std::abs(range.least);
  const double largest = std::abs(range.largest);
  return std::isnan(largest) ? largest : std::max(least, largest);
}

/// Nothing to pass messages about: scikit-learn's answer when all similarities and preferences are
/// equal.
std::vector<std::int64_t> exemplars_of_equals(std::int64_t n, bool each_its_own) {
  std::vector<std::int64_t> exemplars(static_cast<std::size_t>(each_its_own ? n : 1));
  std::iota(exemplars.begin(), exemplars.end(), 0);
  return exemplars;
}

std::vector<double> perturbed(std::vector<double> preferences, double scale, std::uint64_t seed) {
  for (std::size_t j = 0; j < preferences.size(); ++j)
    preferences[j] = perturbed_preference(preferences[j], scale, seed, j);
  return preferences;
}

/// Each cluster's best exemplar: the largest sum of w_i s(i,j) over its other members plus j's
/// preference; ties the lowest.
std::vector<std::int64_t> refined(AffinityPasses& passes, const std::vector<std::int32_t>& labels,
                                  std::size_t clusters, const std::vector<double>& preferences,
                                  Grid grid) {
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

/// From the exemplars that the messages chose to clusters, as scikit-learn ends a fit: every row
/// joins its most similar exemplar, each cluster takes its best member as exemplar, and rows join
/// again. \param preferences  not perturbed
void form_clusters(AffinityPasses& passes, const std::vector<std::int64_t>& exemplars,
                   const std::vector<double>& preferences, double largest_magnitude,
                   AffinityFit& fit) {
  const Grid grid = grid_for(largest_magnitude, static_cast<double>(passes.rows() + 1));
  fit.exemplars = refined(passes, passes.join(exemplars), exemplars.size(), preferences, grid);
  fit.labels = passes.join(fit.exemplars);
  fit.net_similarity = net_similarity(passes, fit, preferences, grid);
  fit.shares = shares(fit, passes.weights());
}

}  // namespace

AffinityFit fit_affinity(AffinityPasses& passes, const AffinityParams& params) {
  const std::int64_t n = passes.rows();
  const SimilarityRange range = n > 1 ? passes.range() : SimilarityRange{0, 0};
  require_small_enough(magnitude_of(range));
  const std::vector<double> preferences = preferences_of(passes, params);
  const auto [lowest, highest] = std::minmax_element(preferences.begin(), preferences.end());
  const double scale = std::max(std::abs(*lowest), std::abs(*highest));
  require_small_enough(scale);

  AffinityFit fit;
  fit.preference = preferences.front();
  std::vector<std::int64_t> exemplars;
  if (n == 1 || (range.least == range.largest && *lowest == *highest)) {
    exemplars = exemplars_of_equals(n, *highest > range.largest);
    fit.converged = true;
  } else {
    // R(i,j) <= S'(i,j) - p_i, because a row's own availability is never negative; twice that
    // leaves room for rounding.
    const double bound = 2 * (range.largest - (*lowest - scale * 0x1p-20));
    exemplars = passes.pass_messages(
        {perturbed(preferences, scale, params.seed), grid_for(bound, static_cast<double>(n))},
        params, fit);
  }
  if (exemplars.empty()) return fit;
  form_clusters(passes, exemplars, preferences, std::max(scale, magnitude_of(range)), fit);
  return fit;
}

std::string affinity_among(std::int64_t rows) {
  return fmt::format("affinity propagation among {} distinct rows", rows);
}

}  // namespace cohort
