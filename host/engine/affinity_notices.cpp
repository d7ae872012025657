#include "host/engine/affinity_notices.hpp"

#include <fmt/format.h>

#include "cohort/wording.hpp"

namespace cohort {

namespace {

std::string of_damping(const AffinityResult& result) {
  std::string tried;
  for (std::size_t i = 0; i + 1 < result.dampings.size(); ++i)
    tried += fmt::format("{}{:g}", i == 0 ? "" : ", ", result.dampings[i]);
  return fmt::format(
      "the exemplars of affinity propagation oscillated with damping {}; messages were passed "
      "again with {:g}",
      tried, result.dampings.back());
}

std::string trial(const PreferenceSearch::Trial& trial) {
  return fmt::format("{} at preference {}", counted(trial.n_clusters, "cluster"),
                     short_number(trial.preference, 6));
}

std::string of_search(const PreferenceSearch& search, const AffinityResult& result) {
  const std::string effort = fmt::format("{} with {} in all", counted(search.fits, "fit"),
                                         counted(search.iterations, "iteration"));
  if (search.found)
    return fmt::format("preference {} found for {}, in {}", short_number(result.preference, 6),
                       counted(search.wanted, "cluster"), effort);
  std::string nearest;
  if (search.fewer) nearest = trial(*search.fewer);
  if (search.more) nearest += (nearest.empty() ? "" : " and ") + trial(*search.more);
  if (nearest.empty()) nearest = "none at all";
  return fmt::format(
      "affinity propagation: no preference tried gives exactly {}: in {} the nearest were {}; "
      "these are the {}",
      counted(search.wanted, "cluster"), effort, nearest, result.sizes.size());
}

std::string of_approximation(const Approximation& how) {
  std::string text = fmt::format(
      "affinity propagation is approximate ({}): messages were passed in {}, the last among {} "
      "that the others chose",
      how.mode, counted(how.parts, "part"), counted(how.candidates, "row"));
  if (how.unsettled > 0) text += fmt::format("; in {} they did not converge", how.unsettled);
  return text;
}

}  // namespace

Notices notices_of(const AffinityResult& result) {
  Notices notices;
  if (result.approximation)
    notices.push_back(
        {Notice::Level::warning, "affinity-approximate", of_approximation(*result.approximation)});
  if (result.dampings.size() > 1)
    notices.push_back({Notice::Level::decision, "affinity-damping", of_damping(result)});
  if (result.search)
    notices.push_back({result.search->found ? Notice::Level::decision : Notice::Level::warning,
                       "affinity-n-clusters", of_search(*result.search, result)});
  if (!result.converged && !result.approximation)
    notices.push_back({Notice::Level::warning, "affinity-not-converged",
                       fmt::format("affinity propagation did not converge in {} "
                                   "iterations: its groups are not settled; raise "
                                   "max_iter or damping",
                                   result.n_iter)});
  return notices;
}

}  // namespace cohort
