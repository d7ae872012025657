#include "host/cli/analysis_command.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/repeatable.hpp"

namespace cohort::cli {

void add_affinity(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("affinity", "Affinity propagation clusters and their exemplars");
  auto state = std::make_shared<AnalysisCommand>();
  add_reading_flags(*command, state->reading);
  add_analysis_flags(*command, state->analysis);
  add_affinity_flags(*command, state->changes, state->analysis);
  add_affinity_command_flags(*command, state->changes, state->analysis);
  add_max_iter(*command, state->changes);
  state->stages = {.affinity = true};
  command->footer(
      "Examples:\n"
      "  cohort affinity survey.csv --preference -50\n"
      "  cohort affinity survey.csv --n-clusters 5 --refine\n"
      "  cohort affinity S.npy --precomputed --json\n"
      "  cohort affinity X.npy --damping 0.9 --json");
  command->callback([state, command, &chosen] {
    state->line = repeatable(*command);
    chosen = [state] { return execute(*state); };
  });
}

}  // namespace cohort::cli
