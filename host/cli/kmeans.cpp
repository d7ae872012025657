#include "host/cli/analysis_command.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/repeatable.hpp"

namespace cohort::cli {

void add_kmeans(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("kmeans", "K-means clusters");
  auto state = std::make_shared<AnalysisCommand>();
  add_reading_flags(*command, state->reading);
  add_analysis_flags(*command, state->analysis);
  add_kmeans_flags(*command, state->changes, state->analysis);
  add_max_iter(*command, state->changes);
  state->stages = {.kmeans = true};
  command->footer(
      "Examples:\n"
      "  cohort kmeans survey.csv --n-clusters 4 --out results\n"
      "  cohort kmeans X.npy --n-clusters 4 --n-init 10 --json");
  command->callback([state, command, &chosen] {
    state->line = repeatable(*command);
    chosen = [state] { return execute(*state); };
  });
}

}  // namespace cohort::cli
