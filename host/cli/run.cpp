#include "host/cli/analysis_command.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/repeatable.hpp"

namespace cohort::cli {

void add_run(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("run", "All of it: features, correlations, PCA, both clusterings");
  auto state = std::make_shared<AnalysisCommand>();
  add_reading_flags(*command, state->reading);
  add_analysis_flags(*command, state->analysis);
  add_correlate_flags(*command, state->changes);
  add_pca_flags(*command, state->changes);
  add_kmeans_flags(*command, state->changes, state->analysis);
  add_affinity_flags(*command, state->changes, state->analysis);
  state->stages = {
      .correlate = true, .pca = true, .kmeans = true, .affinity = true, .affinity_if_small = true};
  state->compare_respondents = true;
  command->footer(
      "Examples:\n"
      "  cohort run                                   the embedded sample survey\n"
      "  cohort run survey.csv --n-clusters 5 --out results\n"
      "  cohort run survey.csv --recipe recipe.toml --json | jq .kmeans.sizes");
  command->callback([state, command, &chosen] {
    state->line = repeatable(*command);
    chosen = [state] { return execute(*state); };
  });
}

}  // namespace cohort::cli
