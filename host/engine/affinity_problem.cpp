#include "host/engine/affinity_problem.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "cohort/affinity_arithmetic.hpp"
#include "cohort/error.hpp"

namespace cohort {

namespace {

void require_small_enough(double magnitude) {
  if (magnitude <= kLargestSimilarity) return;
  throw DataError(
      fmt::format("affinity propagation: similarities and preferences reach {:.3g} in magnitude, "
                  "more than the {:.0e} that messages in float32 can hold; scale the features "
                  "or the weights",
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

/// The similarity at `rank`; the mean with the next one where the rank is the last of its value and
/// `between` says that a quantile falls behind it.
double at_rank(AffinityPasses& passes, const PairWeights& pairs, PairWeight rank, bool between) {
  const RankedSimilarity lower = passes.at_rank(pairs, rank);
  if (!between || lower.up_to != rank) return lower.value;
  const float upper = passes.next_above(pairs, lower.value);
  return (static_cast<double>(lower.value) + static_cast<double>(upper)) / 2;
}

}  // namespace

AffinityProblem::AffinityProblem(AffinityPasses& passes, const AffinityParams& params)
    : passes_(passes), params_(params) {
  if (rows() > 1) range_ = passes.range();
  require_small_enough(magnitude());
}

/// NaN where there is one. (Processors differ in the sign of a NaN they make.)
double AffinityProblem::magnitude() const {
  const double least = std::abs(range_.least);
  const double largest = std::abs(range_.largest);
  return std::isnan(largest) ? largest : std::max(least, largest);
}

double AffinityProblem::median() const {
  const PairWeights pairs(passes_.weights());
  return at_rank(passes_, pairs, (pairs.total + 1) / 2, pairs.total % 2 == 0);
}

double AffinityProblem::quantile(double q) const {
  const PairWeights pairs = PairWeights(passes_.weights()).of_different_rows();
  if (pairs.total == 0) return 0;
  // In double 0.1 of a hundred is ten.
  const double rank = q * static_cast<double>(pairs.total);
  const auto whole = static_cast<PairWeight>(std::ceil(rank));
  return at_rank(passes_, pairs, std::clamp<PairWeight>(whole, 1, pairs.total),
                 whole > 0 && whole < pairs.total && rank == std::ceil(rank));
}

AffinityFit AffinityProblem::choose_exemplars(const std::vector<double>& preferences) const {
  const auto [lowest, highest] = std::minmax_element(preferences.begin(), preferences.end());
  const double scale = std::max(std::abs(*lowest), std::abs(*highest));
  require_small_enough(scale);

  AffinityFit fit;
  fit.preference = preferences.front();
  if (rows() == 1 || (range_.least == range_.largest && *lowest == *highest)) {
    fit.exemplars = exemplars_of_equals(rows(), *highest > range_.largest);
    fit.converged = true;
  } else {
    pass_messages(preferences, *lowest, scale, fit);
  }
  return fit;
}

void AffinityProblem::pass_messages(const std::vector<double>& preferences, double lowest,
                                    double scale, AffinityFit& fit) const {
  // R(i,j) <= S'(i,j) - p_i, because a row's own availability is never negative; twice that leaves
  // room for rounding.
  const double bound = 2 * (range_.largest - (lowest - scale * 0x1p-20));
  const MessagePlan plan{perturbed(preferences, scale, params_.seed),
                         grid_for(bound, static_cast<double>(rows()))};
  // Where there was room for a window after another one, what has not converged oscillates.
  const bool may_raise =
      params_.raise_damping && params_.max_iter >= 2 * params_.convergence_iter + 2;
  AffinityParams params = params_;
  for (int raises = 0;; ++raises) {
    fit.dampings.push_back(params.damping);
    fit.n_iter = 0;
    fit.trace.clear();
    fit.exemplars = passes_.pass_messages(plan, params, fit);
    if (fit.converged || !may_raise || raises == kMostDampingRaises) return;
    params.damping = (1 + params.damping) / 2;
  }
}

}  // namespace cohort
