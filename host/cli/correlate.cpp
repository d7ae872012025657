#include "host/cli/analysis_command.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/repeatable.hpp"

namespace cohort::cli {

void add_correlate(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("correlate", "Correlations of the features, strongest first");
  auto state = std::make_shared<AnalysisCommand>();
  add_reading_flags(*command, state->reading);
  add_analysis_flags(*command, state->analysis);
  add_correlate_flags(*command, state->changes);
  state->stages = {.correlate = true};
  command->footer("Example:\n  cohort correlate survey.csv --top 10 --drop-above 0.9");
  command->callback([state, command, &chosen] {
    state->line = repeatable(*command);
    chosen = [state] { return execute(*state); };
  });
}

}  // namespace cohort::cli
