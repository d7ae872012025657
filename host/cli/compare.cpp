#include "cohort/compare.hpp"

#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "cohort/error.hpp"
#include "cohort/report.hpp"

#include "host/cli/commands.hpp"
#include "host/cli/flag_values.hpp"
#include "host/cli/load.hpp"
#include "host/cli/options.hpp"
#include "host/cli/output.hpp"
#include "host/cli/progress_line.hpp"

namespace cohort::cli {

namespace {

struct CompareCommand : TellingFlags {
  std::string a, b;
  std::string column, column_b;
  bool moved = false;
  int threads = 0;
};

/// The labels of a report are beside it.
std::string label_file(const std::string& given) {
  const std::filesystem::path path = given;
  if (std::filesystem::is_directory(path)) return path / "labels.csv";
  if (path.filename() == "report.json") return path.parent_path() / "labels.csv";
  return given;
}

/// What the files that cohort writes are compared by, or a file's only column besides the row.
std::string column_of_both(const Table& a, const Table& b) {
  for (const char* name : {"kmeans", "affinity"})
    if (a.find(name) != nullptr && b.find(name) != nullptr) return name;
  std::vector<std::string> shared;
  for (const Column& column : a.columns)
    if (column.name != "row" && b.find(column.name) != nullptr) shared.push_back(column.name);
  if (shared.size() == 1) return shared.front();
  throw UsageError(fmt::format(
      "which column of {} and {} holds the labels? name it with --column (and --column-b, where "
      "B's has another name)",
      a.source, b.source));
}

int execute(const CompareCommand& command) {
  if (command.a == "-" && command.b == "-")
    throw UsageError("standard input is one file; A and B cannot both be -");
  ProgressLine line(!command.quiet && !command.no_progress && isatty(STDERR_FILENO) != 0);
  ThreadPool pool(command.threads);
  const std::string& of_b = command.column_b.empty() ? command.column : command.column_b;
  const Table a = load_labels(label_file(command.a), command.column, pool, line.listener());
  const Table b = load_labels(label_file(command.b), of_b, pool, line.listener());
  line.clear();
  const std::string found = command.column.empty() ? column_of_both(a, b) : "";
  const Comparison comparison = compare(labelling_of(a, found.empty() ? command.column : found),
                                        labelling_of(b, found.empty() ? of_b : found));
  if (command.moved)
    moved_csv(comparison, pool, print);
  else if (command.json)
    print(compare_json(comparison));
  else
    print(compare_report(comparison, terminal_style(command)));
  return 0;
}

}  // namespace

void add_compare(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("compare", "How two labellings of the same rows agree");
  auto state = std::make_shared<CompareCommand>();
  const auto add_file = [&](const char* name, std::string& file) {
    command
        ->add_option(name, file,
                     "Labels: a CSV with a row for each row, or a directory\nthat --out wrote")
        ->type_name(" ")
        ->required()
        ->check(not_empty());
  };
  add_file("A", state->a);
  add_file("B", state->b);
  command
      ->add_option("--column", state->column,
                   "The column that holds the labels (kmeans or affinity, where both have it)")
      ->type_name("NAME")
      ->check(not_empty());
  command->add_option("--column-b", state->column_b, "B's, where it has another name")
      ->type_name("NAME")
      ->check(not_empty());
  command->add_flag("--moved", state->moved, "Print the rows that moved as CSV: row, a, b");
  add_threads(*command, state->threads);
  add_telling_flags(*command, *state);
  command->footer(
      "Examples:\n"
      "  cohort compare monday/ tuesday/\n"
      "  cohort compare run/labels.csv run/labels.csv --column kmeans --column-b affinity\n"
      "  cohort compare monday/ tuesday/ --moved > moved.csv");
  command->callback([state, &chosen] { chosen = [state] { return execute(*state); }; });
}

}  // namespace cohort::cli
