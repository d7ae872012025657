#include <memory>

#include <unistd.h>

#include "cohort/report.hpp"

#include "host/cli/commands.hpp"
#include "host/cli/load.hpp"
#include "host/cli/options.hpp"
#include "host/cli/output.hpp"
#include "host/cli/progress_line.hpp"

namespace cohort::cli {

namespace {

struct DescribeCommand {
  ReadingFlags reading;
  bool starting_recipe = false;
};

int execute(const DescribeCommand& command) {
  const ReadingFlags& reading = command.reading;
  const Recipe recipe = effective_recipe(reading, {});
  ProgressLine line(!reading.quiet && !reading.no_progress && isatty(STDERR_FILENO) != 0);
  ThreadPool pool(reading.threads);
  const Table table = load_table(reading.file, recipe, pool, line.listener());
  line.clear();
  if (command.starting_recipe) {
    print(starting_recipe(table, recipe.read));
  } else if (reading.json) {
    print(describe_json(table));
  } else {
    print(describe_report(table, terminal_style(reading)));
  }
  return 0;
}

}  // namespace

void add_describe(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("describe", "Columns of a survey; with --recipe a recipe to start from");
  auto state = std::make_shared<DescribeCommand>();
  add_reading_flags(*command, state->reading);
  command->remove_option(command->get_option("--recipe"));
  command->add_flag("--recipe", state->starting_recipe, "Print a commented recipe to start from");
  command->footer(
      "Examples:\n"
      "  cohort describe survey.csv\n"
      "  cohort describe survey.csv --recipe > recipe.toml");
  command->callback([state, &chosen] { chosen = [state] { return execute(*state); }; });
}

}  // namespace cohort::cli
