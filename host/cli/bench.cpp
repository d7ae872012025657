#include "cohort/bench.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "cohort/error.hpp"
#include "cohort/report.hpp"

#include "host/cli/commands.hpp"
#include "host/cli/flag_values.hpp"
#include "host/cli/options.hpp"
#include "host/cli/output.hpp"
#include "host/cli/progress_line.hpp"
#include "host/survey/nearest.hpp"

namespace cohort::cli {

namespace {

struct BenchCommand {
  MachineFlags machine;
  TellingFlags telling;
  BenchPlan plan;
  std::vector<std::string> rows;
  bool markdown = false;
  bool csv = false;
};

void check_stages(const std::vector<std::string>& stages) {
  const std::vector<std::string> known = bench_stages();
  for (const std::string& stage : stages) {
    if (std::find(known.begin(), known.end(), stage) != known.end()) continue;
    const std::string meant = nearest(stage, known);
    throw UsageError(fmt::format("--stages: no operation is called '{}'; {}", stage,
                                 meant.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                                               : "did you mean '" + meant + "'?"));
  }
}

int execute(const BenchCommand& command) {
  BenchPlan plan = command.plan;
  if (!command.rows.empty()) plan.rows.clear();
  for (const std::string& text : command.rows) plan.rows.push_back(row_count(text, 2));
  check_stages(plan.stages);

  const Device device = device_named(command.machine.device);
  const GpuSearch search = device == Device::cpu ? GpuSearch{} : find_gpu();
  std::unique_ptr<Backend> gpu;
  if (search.gpu || device == Device::gpu)
    gpu = choose_backend(Device::gpu, command.machine.threads, 0).backend;
  std::unique_ptr<Backend> cpu;
  if (device != Device::gpu) cpu = make_cpu_backend(command.machine.threads);
  if (!gpu && device == Device::automatic && !command.telling.quiet)
    log_line(search.why_not + "; the CPU alone is timed");

  ProgressLine line(!command.telling.quiet && !command.telling.no_progress &&
                    isatty(STDERR_FILENO) != 0);
  Bench result = bench(cpu.get(), gpu.get(), plan, line.listener());
  line.clear();
  if (cpu) result.cpu = named(*cpu);
  if (command.telling.json) {
    print(bench_json(result));
  } else if (command.csv) {
    print(bench_csv(result));
  } else if (command.markdown) {
    print(bench_markdown(result));
  } else {
    print(bench_report(result, terminal_style(command.telling)));
  }
  const bool differ = std::any_of(result.lines.begin(), result.lines.end(),
                                  [](const BenchLine& l) { return !l.difference.empty(); });
  return static_cast<int>(differ ? ExitCode::unexpected : ExitCode::ok);
}

}  // namespace

void add_bench(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("bench", "How fast each operation is on each device");
  auto state = std::make_shared<BenchCommand>();
  BenchPlan& plan = state->plan;
  command->add_option("--rows", state->rows, "Row counts (100k,1M); of several, how time grows")
      ->type_name("N,...")
      ->delimiter(',');
  command->add_option("--features", plan.features, "Features of a row (6)")
      ->type_name("D")
      ->check(CLI::Range(1, 100000));
  command->add_option("--n-clusters,--n_clusters,--clusters", plan.clusters, "Clusters (4)")
      ->type_name("K")
      ->check(CLI::Range(1, 100000));
  command->add_option("--n-init,--n_init", plan.restarts, "Restarts of a whole K-means fit (10)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--pair-rows", plan.pair_rows,
                   "At most so many rows where all pairs are\ncompared (5000)")
      ->type_name("N")
      ->check(CLI::Range(2, 1000000));
  command
      ->add_option("--repeats", plan.repeats,
                   "At least so many runs of each, after one that\nwarms up (3)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command->add_option("--stages", plan.stages, "Only these operations, by their names in the table")
      ->type_name("NAME,...")
      ->delimiter(',');
  command->add_option("--seed", plan.seed, "Seed of the data (0)")
      ->type_name("N")
      ->check(unsigned_whole_number());
  auto* markdown = command->add_flag("--markdown", state->markdown, "Print the table in Markdown");
  command->add_flag("--csv", state->csv, "Print a line for each operation and device as CSV")
      ->excludes(markdown);
  add_machine_flags(*command, state->machine);
  add_telling_flags(*command, state->telling);
  command->footer(
      "--device cpu or gpu times one alone. Exits with 1 when results differ.\n"
      "Examples:\n"
      "  cohort bench\n"
      "  cohort bench --rows 10M --features 16 --n-clusters 16\n"
      "  cohort bench --rows 1e5,1e6 --stages statistics,covariance --json");
  command->callback([state, &chosen] { chosen = [state] { return execute(*state); }; });
}

}  // namespace cohort::cli
