#include "cohort/affinity_fit.hpp"

#include <fmt/format.h>

#include "host/engine/affinity_problem.hpp"

namespace cohort {

namespace {

std::vector<double> of_every_row(const AffinityProblem& problem, double preference) {
  return std::vector<double>(static_cast<std::size_t>(problem.rows()), preference);
}

std::vector<double> preferences_of(const AffinityProblem& problem, const AffinityParams& params) {
  if (!params.preferences.empty()) return {params.preferences.begin(), params.preferences.end()};
  if (params.preference) return of_every_row(problem, *params.preference);
  return of_every_row(problem, params.preference_quantile
                                   ? problem.quantile(*params.preference_quantile)
                                   : problem.median());
}

}  // namespace

AffinityFit fit_affinity(AffinityPasses& passes, const AffinityParams& params) {
  const AffinityProblem problem(passes, params);
  AffinityFit fit;
  if (params.only_preference_range) {
    fit.preference_range = preference_range(problem);
    fit.preference = problem.median();
    fit.converged = true;
    return fit;
  }
  std::vector<double> preferences;
  if (params.n_clusters) {
    fit = search_preference(problem, *params.n_clusters);
    preferences = of_every_row(problem, fit.preference);
  } else {
    preferences = preferences_of(problem, params);
    fit = problem.choose_exemplars(preferences);
  }
  if (!fit.exemplars.empty()) form_clusters(problem, preferences, params.refine, fit);
  return fit;
}

std::string affinity_among(std::int64_t rows) {
  return fmt::format("affinity propagation among {} distinct rows", rows);
}

}  // namespace cohort
