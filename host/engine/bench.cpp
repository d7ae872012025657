#include "cohort/bench.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "cohort/device.hpp"
#include "cohort/memory.hpp"
#include "cohort/wording.hpp"

#include "host/engine/trials.hpp"

namespace cohort {

namespace {

/// A run; and, where steps are timed, one of twice the steps: what surrounds the steps is the same
/// in both.
struct Run {
  double once = 0, twice = 0;  ///< seconds
  std::int64_t more = 0;       ///< steps that the second made more; 0 where it ended too soon
  TrialOutcome outcome;        ///< the last one's

  /// Of the run, or of a step: below 0 where something interrupted the shorter run.
  [[nodiscard]] double seconds(bool of_steps) const {
    if (!of_steps) return once;
    return more > 0 ? (twice - once) / static_cast<double>(more) : 0;
  }
};

Run run_of(const Trial& trial, Backend& backend, const DataSet& data) {
  TimedOutcome once = timed(trial, backend, data, trial.steps);
  if (trial.steps == 0) return {once.seconds, 0, 0, std::move(once.outcome)};
  TimedOutcome twice = timed(trial, backend, data, 2 * trial.steps);
  const std::int64_t more = twice.outcome.steps - once.outcome.steps;
  return {once.seconds, twice.seconds, more, std::move(twice.outcome)};
}

/// A run that takes long warms up nothing that matters and is made once.
constexpr double kLongRun = 3;
constexpr std::size_t kMostRepeats = 100;
/// The difference of two times is less sure than either.
constexpr double kLongerForSteps = 5;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The value below which a share of them lies. \param values  any order, not empty
double quantile(std::vector<double> values, double share) {
  const auto place =
      static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return values[static_cast<std::size_t>(place)];
}

/// Of the runs of one trial. A step's time is the difference between the shortest runs: what
/// interrupts a run only lengthens it, and may be more than the steps took.
BenchTime summary(const std::vector<Run>& runs, bool of_steps) {
  std::vector<double> once, twice, each;
  for (const Run& run : runs) {
    once.push_back(run.once);
    twice.push_back(run.twice);
    each.push_back(std::max(0.0, run.seconds(of_steps)));
  }
  const double middle = of_steps ? 0 : 0.5;
  const Run typical{quantile(once, middle), quantile(twice, middle), runs.front().more, {}};
  const double median = std::max(0.0, typical.seconds(of_steps));
  return {median,
          std::min(median, quantile(each, 0)),
          std::max(median, quantile(each, 1)),
          std::min(median, quantile(each, 0.25)),
          std::max(median, quantile(each, 0.75)),
          0};
}

BenchTime time_of(const Trial& trial, Backend& backend, const DataSet& data, const BenchPlan& plan,
                  TrialOutcome& outcome) {
  const bool of_steps = trial.steps > 0;
  const auto start = Clock::now();
  std::vector<Run> runs;
  runs.push_back(run_of(trial, backend, data));
  const double cold = std::max(0.0, runs.front().seconds(of_steps));
  if (seconds_since(start) <= kLongRun) {
    runs.clear();
    const auto repeats = static_cast<std::size_t>(plan.repeats);
    const double enough = plan.least_seconds * (of_steps ? kLongerForSteps : 1);
    const auto warm = Clock::now();
    while (runs.size() < repeats || (runs.size() < kMostRepeats && seconds_since(warm) < enough)) {
      if (!runs.empty()) runs.back().outcome = {};
      runs.push_back(run_of(trial, backend, data));
    }
  }
  outcome = std::move(runs.back().outcome);
  BenchTime time = summary(runs, of_steps);
  time.cold = cold;
  return time;
}

/// What a plan calls it: "K-means" of "K-means, 10 starts".
std::string stage_of(const Trial& trial) {
  return trial.operation.substr(0, trial.operation.find(','));
}

/// The rows, each backend's own to make, and what is tried on them.
struct BenchSet {
  SyntheticRows rows;
  Matrix<float> x;  ///< the same on the host, where an upload is timed
  std::vector<Trial> trials;
};

bool is_wanted(const std::string& stage, const BenchPlan& plan) {
  return plan.stages.empty() ||
         std::find(plan.stages.begin(), plan.stages.end(), stage) != plan.stages.end();
}

/// The CPU's data set, another one scaled from it and what each row results in; two more to upload
/// from and to download to.
void require_memory_for(const SyntheticRows& rows, bool on_cpu, bool uploads) {
  const double copies = (on_cpu ? 2 : 0) + (uploads ? 2 : 0);
  const double of_row = copies * sizeof(float) * static_cast<double>(rows.features) + 40;
  require_memory(static_cast<double>(rows.rows) * of_row, "a bench of " + counted(rows.rows, "row"),
                 "use fewer --rows or --features");
}

/// What is timed at one number of rows: operations that read all rows, and those on all pairs of
/// fewer.
std::vector<BenchSet> sets_of(std::int64_t n, const BenchPlan& plan, bool on_cpu,
                              ThreadPool& pool) {
  const std::int64_t d = plan.features;
  const std::int64_t k = plan.clusters;
  std::vector<BenchSet> sets(2);
  BenchSet& all = sets[0];
  all.rows = {n, d, k, plan.seed};
  const bool uploads = is_wanted("upload", plan);
  require_memory_for(all.rows, on_cpu, uploads);
  if (uploads) {
    all.x = synthetic_rows(all.rows, pool);
    all.trials.push_back(trials::upload(all.x, {}));
  }
  const Matrix<float> centers = synthetic_rows({k, d, k, plan.seed}, pool);
  for (Trial& trial :
       std::vector{trials::statistics(n, d), trials::scaling(n, d), trials::covariance(n, d),
                   trials::principal_components(n, d), trials::projection(n, d),
                   trials::distinct_rows(n, d), trials::kmeans_second_pass(n, centers),
                   trials::kmeans_late_pass(n, centers), trials::kmeans_fit(n, d, k, 1),
                   trials::kmeans_fit(n, d, k, plan.restarts), trials::assignment(n, centers)})
    all.trials.push_back(std::move(trial));
  BenchSet& few = sets[1];
  const std::int64_t m = std::min(n, plan.pair_rows);
  few.rows = {m, d, k, plan.seed};
  few.trials = {trials::silhouettes(m, d, k), trials::affinity_iteration(m, d),
                trials::matching_pairs(m, d + 5, plan.seed)};
  for (BenchSet& set : sets)
    std::erase_if(set.trials,
                  [&](const Trial& trial) { return !is_wanted(stage_of(trial), plan); });
  return sets;
}

BenchLine line_of(const Trial& trial, Backend* cpu, const DataSet* on_cpu, Backend* gpu,
                  const DataSet* on_gpu, const BenchPlan& plan) {
  BenchLine line{trial.operation,     trial.shape, trial.rows, trial.bytes,
                 trial.multiply_adds, {},          {},         ""};
  TrialOutcome expected;
  TrialOutcome found;
  if (cpu != nullptr) line.cpu = time_of(trial, *cpu, *on_cpu, plan, expected);
  if (gpu != nullptr) line.gpu = time_of(trial, *gpu, *on_gpu, plan, found);
  if (cpu != nullptr && gpu != nullptr) line.difference = difference(expected, found);
  return line;
}

}  // namespace

std::vector<std::string> bench_stages() {
  ThreadPool pool(1);
  BenchPlan smallest;
  smallest.clusters = 1;
  std::vector<std::string> names;
  for (const BenchSet& set : sets_of(2, smallest, true, pool))
    for (const Trial& trial : set.trials)
      if (std::find(names.begin(), names.end(), stage_of(trial)) == names.end())
        names.push_back(stage_of(trial));
  return names;
}

Bench bench(Backend* cpu, Backend* gpu, const BenchPlan& plan, const ProgressListener& progress) {
  Backend& host = cpu != nullptr ? *cpu : *gpu;
  Bench result;
  result.host = host_machine();
  if (cpu != nullptr) {
    result.cpu = cpu->device();
    result.cpu_copy = host_copy_bandwidth(cpu->host_threads());
    result.cpu_multiply_adds = host_multiply_add_rate(cpu->host_threads());
  }
  if (gpu != nullptr) {
    result.gpu = gpu->device();
    result.gpu_copy = gpu_copy_bandwidth();
    if (const GpuSearch search = find_gpu(); search.gpu) result.gpu_memory = search.gpu->memory;
  }
  for (const std::int64_t n : plan.rows) {
    for (const BenchSet& set : sets_of(n, plan, cpu != nullptr, host.host_threads())) {
      if (set.trials.empty()) continue;
      const DataSetPtr on_cpu = cpu != nullptr ? cpu->synthetic(set.rows) : nullptr;
      const DataSetPtr on_gpu = gpu != nullptr ? gpu->synthetic(set.rows) : nullptr;
      for (const Trial& trial : set.trials) {
        if (progress) progress({"bench", std::ssize(result.lines), 0, "operations"});
        result.lines.push_back(line_of(trial, cpu, on_cpu.get(), gpu, on_gpu.get(), plan));
      }
    }
  }
  result.peak_memory = peak_memory();
  return result;
}

std::vector<BenchGrowth> growth(const Bench& bench) {
  // A shape begins with the rows: "1M x 6, k 4".
  const auto rest_of = [](const BenchLine& line) {
    return line.shape.substr(std::min(line.shape.size(), line.shape.find(" x ") + 3));
  };
  struct Ends {
    const BenchLine* few;
    const BenchLine* many;
  };
  std::vector<Ends> all;
  for (const BenchLine& line : bench.lines) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const Ends& ends) {
      return ends.few->operation == line.operation && rest_of(*ends.few) == rest_of(line);
    });
    if (same == all.end()) {
      all.push_back({&line, &line});
    } else if (line.rows < same->few->rows) {
      same->few = &line;
    } else if (line.rows > same->many->rows) {
      same->many = &line;
    }
  }
  const auto exponent = [](const Ends& ends,
                           std::optional<BenchTime> BenchLine::*side) -> std::optional<double> {
    const std::optional<BenchTime>& few = ends.few->*side;
    const std::optional<BenchTime>& many = ends.many->*side;
    if (!few || !many || few->median <= 0 || many->median <= 0) return std::nullopt;
    return std::log(many->median / few->median) /
           std::log(static_cast<double>(ends.many->rows) / static_cast<double>(ends.few->rows));
  };
  std::vector<BenchGrowth> grown;
  for (const Ends& ends : all)
    if (ends.few->rows < ends.many->rows)
      grown.push_back({ends.few->operation, rest_of(*ends.few), ends.few->rows, ends.many->rows,
                       exponent(ends, &BenchLine::cpu), exponent(ends, &BenchLine::gpu)});
  return grown;
}

}  // namespace cohort
