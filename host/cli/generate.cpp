#include "cohort/generate.hpp"

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

struct GenerateCommand {
  std::string rows;
  GenerateOptions options;
  std::string out;
  std::string population;
  bool force = false;
  bool print_population = false;
  bool quiet = false;
  bool no_progress = false;
  int threads = 0;
};

enum class Form { csv, tsv, npy };

Form form_of(const std::string& out) {
  const auto ends = [&](std::string_view ending) {
    return out.size() > ending.size() && out.ends_with(ending);
  };
  if (out == "-" || ends(".csv")) return Form::csv;
  if (ends(".tsv")) return Form::tsv;
  if (ends(".npy")) return Form::npy;
  throw UsageError(fmt::format(
      "-o takes a file that ends in .csv, .tsv or .npy, or - for CSV on standard output, not '{}'",
      out));
}

void generate(const GenerateCommand& command, const GeneratedPieces& pieces) {
  const Population population =
      command.population.empty() ? parse_population(sample_population(), "the sample's population")
                                 : read_population(command.population);
  GenerateOptions options = command.options;
  options.rows = row_count(command.rows, 1);
  ThreadPool pool(command.threads);
  ProgressLine line(!command.quiet && !command.no_progress && isatty(STDERR_FILENO) != 0);
  const Form form = form_of(command.out);
  if (form == Form::npy) {
    generate_npy(population, options, pool, pieces, line.listener());
  } else {
    generate_text(population, options, form == Form::tsv ? '\t' : ',', pool, pieces,
                  line.listener());
  }
}

int execute(const GenerateCommand& command) {
  if (command.print_population) {
    print(sample_population());
    return 0;
  }
  if (command.rows.empty() || command.out.empty())
    throw UsageError(
        "--rows and --out are needed, as in `cohort generate --rows 1M -o survey.csv`");
  if (command.out == "-") {
    generate(command, print);
    return 0;
  }
  static_cast<void>(form_of(command.out));
  const std::unique_ptr<WholeOutput> output = open_output(command.out, command.force);
  generate(command, [&](std::string_view piece) { output->write(piece); });
  output->publish();
  return 0;
}

}  // namespace

void add_generate(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("generate", "A synthetic survey with known segments");
  auto state = std::make_shared<GenerateCommand>();
  command->add_option("--rows", state->rows, "How many rows (1000, 250k, 1e6, 10M)")
      ->type_name("N")
      ->check(not_empty());
  command
      ->add_option("-o,--out", state->out,
                   "A .csv, .tsv or .npy file; - is CSV on\nstandard output")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_option("--seed", state->options.seed, "Seed of every draw (0)")
      ->type_name("N")
      ->check(unsigned_whole_number());
  command
      ->add_option("--population", state->population,
                   "TOML file that says what segments there are\nand how they answer; without it: "
                   "the sample's")
      ->type_name("FILE")
      ->check(not_empty());
  command->add_flag("--print-population", state->print_population,
                    "Print the sample's population, commented, to\nstart one of your own");
  command
      ->add_option("--segment-column", state->options.segment_column,
                   "A last column of this name with the true segment")
      ->type_name("NAME")
      ->check(not_empty());
  command->add_flag("--force", state->force, "Overwrite a file that is there");
  add_threads(*command, state->threads);
  command->add_flag("-q,--quiet", state->quiet, "Nothing on standard error but errors");
  command->add_flag("--no-progress", state->no_progress, "No progress line");
  command->footer(
      "The same rows for any number of threads; the first rows do not depend on how\n"
      "many follow. A .npy holds no identifiers and no missing answers; categories\n"
      "are numbered from 1, datetimes are hours, segments are numbered from 0.\n"
      "Examples:\n"
      "  cohort generate --rows 10M --seed 1 -o survey.csv\n"
      "  cohort generate --rows 5000 --segment-column Segment -o - | head\n"
      "  cohort generate --print-population > mine.toml\n"
      "  cohort generate --population mine.toml --rows 1e6 -o mine.npy");
  command->callback([state, &chosen] { chosen = [state] { return execute(*state); }; });
}

}  // namespace cohort::cli
