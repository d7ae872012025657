#include "cohort/selftest.hpp"

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

namespace cohort::cli {

namespace {

struct SelftestCommand {
  MachineFlags machine;
  TellingFlags telling;
  std::uint64_t seed = 0;
};

/// The GPU where there is one; else all of the CPU's threads.
std::unique_ptr<Backend> tested_backend(const SelftestCommand& command) {
  const Device device = device_named(command.machine.device);
  const GpuSearch search = device == Device::cpu ? GpuSearch{} : find_gpu();
  if (search.gpu || device == Device::gpu)
    return choose_backend(Device::gpu, command.machine.threads, 0).backend;
  if (device == Device::automatic && !command.telling.quiet)
    log_line(search.why_not + "; the CPU's threads are tested against one of them");
  return make_cpu_backend(command.machine.threads);
}

int execute(const SelftestCommand& command) {
  const std::unique_ptr<Backend> tested = tested_backend(command);
  const bool on_gpu = tested->device() != "cpu";
  const std::unique_ptr<Backend> reference = make_cpu_backend(on_gpu ? command.machine.threads : 1);
  ProgressLine line(!command.telling.quiet && !command.telling.no_progress &&
                    isatty(STDERR_FILENO) != 0);
  Selftest result = selftest(*reference, *tested, command.seed, line.listener());
  line.clear();
  result.reference = named(*reference);
  result.tested = named(*tested);
  print(command.telling.json ? selftest_json(result)
                             : selftest_report(result, terminal_style(command.telling)));
  return static_cast<int>(result.passed() ? ExitCode::ok : ExitCode::unexpected);
}

}  // namespace

void add_selftest(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("selftest", "Every operation on this machine's device against the CPU");
  auto state = std::make_shared<SelftestCommand>();
  add_machine_flags(*command, state->machine);
  add_telling_flags(*command, state->telling);
  command->add_option("--seed", state->seed, "Seed of the data (0)")
      ->type_name("N")
      ->check(unsigned_whole_number());
  command->footer(
      "Exits with 1 when a result differs. Examples:\n"
      "  cohort selftest\n"
      "  cohort selftest --device gpu --json");
  command->callback([state, &chosen] { chosen = [state] { return execute(*state); }; });
}

}  // namespace cohort::cli
