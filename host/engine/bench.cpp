#include "cohort/bench.hpp"

#include <algorithm>
#include <chrono>

#include "cohort/device.hpp"

#include "host/engine/trials.hpp"

namespace cohort {

namespace {

/// One run; or one step, as the difference between a run and one of twice the steps: what surrounds
/// the steps cancels out. The outcome is the last run's.
TimedOutcome timed_once(const Trial& trial, Backend& backend, const DataSet& data) {
  TimedOutcome once = timed(trial, backend, data, trial.steps);
  if (trial.steps == 0) return once;
  TimedOutcome twice = timed(trial, backend, data, 2 * trial.steps);
  const std::int64_t more = twice.outcome.steps - once.outcome.steps;
  twice.seconds =
      more > 0 ? std::max(0.0, twice.seconds - once.seconds) / static_cast<double>(more)
               : once.seconds / static_cast<double>(std::max<std::int64_t>(1, once.outcome.steps));
  return twice;
}

/// A run that takes long warms up nothing that matters and is made once.
constexpr double kLongRun = 3;

BenchTime time_of(const Trial& trial, Backend& backend, const DataSet& data, int repeats,
                  TrialOutcome& outcome) {
  const auto start = std::chrono::steady_clock::now();
  TimedOutcome first = timed_once(trial, backend, data);
  outcome = std::move(first.outcome);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  if (passed.count() > kLongRun) return {first.seconds, first.seconds, first.seconds};
  std::vector<double> seconds;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    TimedOutcome again = timed_once(trial, backend, data);
    outcome = std::move(again.outcome);
    seconds.push_back(again.seconds);
  }
  std::sort(seconds.begin(), seconds.end());
  return {seconds[seconds.size() / 2], seconds.front(), seconds.back()};
}

/// What is timed at one number of rows: operations that read all rows, and those on all pairs of
/// fewer.
std::vector<TrialSet> sets_of(std::int64_t n, const BenchPlan& plan, ThreadPool& pool) {
  const std::int64_t d = plan.features;
  const std::int64_t k = plan.clusters;
  std::vector<TrialSet> sets(2);
  TrialSet& all = sets[0];
  all.x = synthetic_rows(n, d, k, plan.seed, pool);
  all.trials = {trials::upload(all.x, all.weights),
                trials::statistics(n, d),
                trials::scaling(n, d),
                trials::covariance(n, d),
                trials::principal_components(n, d),
                trials::projection(n, d),
                trials::distinct_rows(n, d),
                trials::kmeans_pass(all.x, k),
                trials::kmeans_fit(n, d, k, 1),
                trials::kmeans_fit(n, d, k, plan.restarts),
                trials::assignment(all.x, k)};
  TrialSet& few = sets[1];
  const std::int64_t m = std::min(n, plan.pair_rows);
  few.x = synthetic_rows(m, d, k, plan.seed, pool);
  few.trials = {trials::silhouettes(m, d, k), trials::affinity_iteration(m, d),
                trials::matching_pairs(m, d + 5, plan.seed)};
  for (TrialSet& set : sets)
    std::erase_if(set.trials, [&](const Trial& trial) {
      return !plan.stages.empty() && std::find(plan.stages.begin(), plan.stages.end(),
                                               trial.operation) == plan.stages.end();
    });
  return sets;
}

BenchLine line_of(const Trial& trial, Backend* cpu, const DataSet* on_cpu, Backend* gpu,
                  const DataSet* on_gpu, int repeats) {
  BenchLine line{trial.operation, trial.shape, trial.bytes, {}, {}, ""};
  TrialOutcome expected;
  TrialOutcome found;
  if (cpu != nullptr) line.cpu = time_of(trial, *cpu, *on_cpu, repeats, expected);
  if (gpu != nullptr) line.gpu = time_of(trial, *gpu, *on_gpu, repeats, found);
  if (cpu != nullptr && gpu != nullptr) line.difference = difference(expected, found);
  return line;
}

}  // namespace

std::vector<std::string> bench_stages() {
  ThreadPool pool(1);
  BenchPlan smallest;
  smallest.clusters = 1;
  std::vector<std::string> names;
  for (const TrialSet& set : sets_of(2, smallest, pool))
    for (const Trial& trial : set.trials)
      if (std::find(names.begin(), names.end(), trial.operation) == names.end())
        names.push_back(trial.operation);
  return names;
}

Bench bench(Backend* cpu, Backend* gpu, const BenchPlan& plan, const ProgressListener& progress) {
  Backend& host = cpu != nullptr ? *cpu : *gpu;
  Bench result;
  if (cpu != nullptr) {
    result.cpu = cpu->device();
    result.cpu_copy = host_copy_bandwidth(cpu->host_threads());
  }
  if (gpu != nullptr) {
    result.gpu = gpu->device();
    result.gpu_copy = gpu_copy_bandwidth();
  }
  for (const std::int64_t n : plan.rows) {
    for (const TrialSet& set : sets_of(n, plan, host.host_threads())) {
      if (set.trials.empty()) continue;
      const DataSetPtr on_cpu = cpu != nullptr ? cpu->upload(set.x, set.weights) : nullptr;
      const DataSetPtr on_gpu = gpu != nullptr ? gpu->upload(set.x, set.weights) : nullptr;
      for (const Trial& trial : set.trials) {
        if (progress) progress({"bench", std::ssize(result.lines), 0, "operations"});
        result.lines.push_back(line_of(trial, cpu, on_cpu.get(), gpu, on_gpu.get(), plan.repeats));
      }
    }
  }
  return result;
}

}  // namespace cohort
