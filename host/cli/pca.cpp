#include "host/cli/analysis_command.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/repeatable.hpp"

namespace cohort::cli {

void add_pca(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("pca", "Principal components of the features");
  auto state = std::make_shared<AnalysisCommand>();
  add_reading_flags(*command, state->reading);
  add_analysis_flags(*command, state->analysis);
  add_pca_flags(*command, state->changes);
  state->stages = {.pca = true};
  command->footer("Example:\n  cohort pca survey.csv --n-components 3 --out results");
  command->callback([state, command, &chosen] {
    state->line = repeatable(*command);
    chosen = [state] { return execute(*state); };
  });
}

}  // namespace cohort::cli
