/// Affinity propagation on the CPU (Frey & Dueck 2007, doi:10.1126/science.1136800; weighted rows
/// as in Zhang, Furtlehner & Sebag, Data Streaming with Affinity Propagation, ECML 2008). The
/// message sequence, the convergence test and the ending are scikit-learn's.

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"

#include "host/cpu/affinity_clusters.hpp"
#include "host/cpu/affinity_messages.hpp"
#include "host/cpu/operations.hpp"

namespace cohort::cpu {

namespace {

std::vector<double> preferences_of(const SimilarityRows& similarities, const AffinityParams& params,
                                   ThreadPool& pool) {
  if (!params.preferences.empty()) return {params.preferences.begin(), params.preferences.end()};
  const double common =
      params.preference ? *params.preference : median_similarity(similarities, pool);
  return std::vector<double>(static_cast<std::size_t>(similarities.rows()), common);
}

void require_small_enough(double magnitude) {
  if (magnitude <= kLargestSimilarity) return;
  throw DataError(fmt::format(
      "affinity propagation: similarities and preferences reach {:.3g} in magnitude, "
      "more than the {:.0e} that messages in float32 can hold; scale the features or the weights",
      magnitude, static_cast<double>(kLargestSimilarity)));
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

/// Iterates until the exemplars have been the same for a window, as scikit-learn counts it.
std::vector<std::int64_t> pass_messages(AffinityMessages& messages, const AffinityParams& params,
                                        AffinityFit& fit) {
  std::int64_t last_change = 0;
  for (std::int64_t iteration = 0; iteration < params.max_iter && !fit.converged; ++iteration) {
    if (messages.iterate() > 0) last_change = iteration;
    fit.n_iter = iteration + 1;
    fit.converged = iteration >= params.convergence_iter &&
                    fit.n_iter - last_change >= params.convergence_iter && messages.any_exemplar();
    if (params.progress)
      params.progress({"affinity propagation", fit.n_iter, params.max_iter, "iterations"});
  }
  return messages.exemplars();
}

AffinityFit fit_messages(const SimilarityRows& similarities, const AffinityParams& params,
                         Machine machine) {
  const std::int64_t n = similarities.rows();
  require_memory(
      AffinityMessages::bytes(n, similarities.padded(), machine.pool.threads()),
      fmt::format("affinity propagation among {} distinct rows", n),
      "analyse a sample of the rows, leave out or round features so that more rows are equal, or "
      "use K-means");

  const SimilarityRange range =
      n > 1 ? similarity_range(similarities, machine.pool) : SimilarityRange{0, 0};
  require_small_enough(std::max(std::abs(range.least), std::abs(range.largest)));
  const std::vector<double> preferences = preferences_of(similarities, params, machine.pool);
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
    AffinityMessages messages(similarities, perturbed(preferences, scale, params.seed),
                              params.damping, grid_for(bound, static_cast<double>(n)), machine);
    exemplars = pass_messages(messages, params, fit);
  }
  if (exemplars.empty()) return fit;
  const double magnitude = std::max({scale, std::abs(static_cast<double>(range.least)),
                                     std::abs(static_cast<double>(range.largest))});
  form_clusters(similarities, std::move(exemplars), preferences, magnitude, machine.pool, fit);
  return fit;
}

}  // namespace

AffinityFit affinity(const CpuDataSet& data, const AffinityParams& params, Machine machine) {
  return fit_messages(*similarities_of(data, machine.isa), params, machine);
}

AffinityFit affinity(MatrixView<const float> similarities, std::span<const float> weights,
                     const AffinityParams& params, Machine machine) {
  return fit_messages(*given_similarities(similarities, weights), params, machine);
}

}  // namespace cohort::cpu
