#include "cohort/selftest.hpp"

#include <algorithm>

#include "host/engine/trials.hpp"

namespace cohort {

namespace {

/// Sizes that are no multiple of anything, and that every regime of a backend meets.
std::vector<TrialSet> trial_sets(std::uint64_t seed, ThreadPool& pool) {
  std::vector<TrialSet> sets(4);
  TrialSet& narrow = sets[0];
  narrow.x = synthetic_rows({20011, 6, 4, seed}, pool);
  TrialSet& weighted = sets[1];
  weighted.x = synthetic_rows({10007, 17, 9, seed + 1}, pool);
  weighted.weights = synthetic_weights(10007, seed);
  TrialSet& wide = sets[2];
  wide.x = synthetic_rows({1201, 130, 40, seed + 2}, pool);
  TrialSet& few = sets[3];
  few.x = synthetic_rows({701, 6, 5, seed + 3}, pool);

  for (TrialSet& set : sets) {
    const std::int64_t n = set.x.rows();
    const std::int64_t d = set.x.cols();
    const std::int64_t k = d > 100 ? 300 : 7;
    set.trials = {trials::upload(set.x, set.weights),
                  trials::statistics(n, d),
                  trials::scaling(n, d),
                  trials::covariance(n, d),
                  trials::principal_components(n, d),
                  trials::projection(n, d),
                  trials::distinct_rows(n, d),
                  trials::kmeans_fit(n, d, k, 3),
                  trials::assignment(n, first_rows(set.x, k))};
  }
  for (TrialSet* set : {&weighted, &few})
    set->trials.push_back(trials::silhouettes(set->x.rows(), set->x.cols(), 5));
  few.trials.push_back(trials::affinity_fit(few.x.rows(), few.x.cols()));
  few.trials.push_back(trials::affinity_given(301, seed));
  few.trials.push_back(trials::matching_pairs(2003, 11, seed));
  return sets;
}

}  // namespace

bool Selftest::passed() const {
  return std::all_of(checks.begin(), checks.end(),
                     [](const SelftestCheck& check) { return check.difference.empty(); });
}

Selftest selftest(Backend& reference, Backend& tested, std::uint64_t seed,
                  const ProgressListener& progress) {
  const std::vector<TrialSet> sets = trial_sets(seed, reference.host_threads());
  std::int64_t total = 0;
  for (const TrialSet& set : sets) total += std::ssize(set.trials);

  Selftest result{reference.device(), tested.device(), {}};
  for (const TrialSet& set : sets) {
    const DataSetPtr on_reference = reference.upload(set.x, set.weights);
    const DataSetPtr on_tested = tested.upload(set.x, set.weights);
    for (const Trial& trial : set.trials) {
      if (progress) progress({"selftest", std::ssize(result.checks), total, "operations"});
      const TimedOutcome expected = timed(trial, reference, *on_reference, trial.steps);
      const TimedOutcome found = timed(trial, tested, *on_tested, trial.steps);
      result.checks.push_back({(set.weights.empty() ? "" : "weighted ") + trial.operation,
                               trial.shape, expected.seconds, found.seconds,
                               difference(expected.outcome, found.outcome)});
    }
  }
  return result;
}

}  // namespace cohort
