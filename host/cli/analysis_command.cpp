#include "host/cli/analysis_command.hpp"

#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cohort/error.hpp"

#include "host/cli/load.hpp"
#include "host/cli/output.hpp"
#include "host/cli/progress_line.hpp"

namespace cohort::cli {

namespace {

/// The files of --out for the stages that ran.
std::vector<OutputFile> output_files(const Analysis& analysis, bool with_timings) {
  std::vector<OutputFile> files;
  files.push_back({"report.json", json_report(analysis, with_timings)});
  if (analysis.kmeans || analysis.affinity) {
    files.push_back({"labels.csv", labels_csv(analysis)});
    files.push_back({"profiles.csv", profiles_csv(analysis)});
  }
  if (!analysis.correlated_names.empty())
    files.push_back({"correlations.csv", correlations_csv(analysis)});
  if (analysis.pca) files.push_back({"pca.csv", pca_csv(analysis)});
  return files;
}

bool converged(const Analysis& analysis) {
  return (!analysis.kmeans || analysis.kmeans->result.converged) &&
         (!analysis.affinity || analysis.affinity->result.converged);
}

void log_warnings(const Analysis& analysis) {
  for (const Notice& notice : analysis.notices) {
    if (notice.level == Notice::Level::warning) log_line("warning: " + notice.text);
  }
}

}  // namespace

int execute(const AnalysisCommand& command) {
  const ReadingFlags& reading = command.reading;
  const AnalysisFlags& flags = command.analysis;
  Recipe recipe = effective_recipe(reading, command.changes);
  apply(flags, recipe);
  if (!flags.out.empty()) check_output_directory(flags.out, flags.force);
  const ChosenBackend chosen = choose_backend(device_named(flags.device), reading.threads);

  ProgressLine line(!reading.quiet && !reading.no_progress && isatty(STDERR_FILENO) != 0);
  const ProgressListener progress = line.listener();
  ThreadPool pool(reading.threads);
  AnalysisInput input =
      load_input(reading.file, recipe, command.compare_respondents, pool, progress);
  const Analysis analysis =
      analyse(std::move(input), recipe, command.stages, *chosen.backend, progress);
  line.clear();

  if (!flags.out.empty())
    write_outputs(flags.out, output_files(analysis, flags.timings), flags.force);
  if (reading.json) {
    if (!reading.quiet) log_warnings(analysis);
    print(json_report(analysis, true));
  } else {
    print(terminal_report(analysis, terminal_style(reading)));
  }
  if (!reading.quiet) {
    log_line(fmt::format("computed on {} ({})", analysis.device, chosen.why));
    if (!flags.out.empty()) log_line("written to " + flags.out);
  }
  return static_cast<int>(flags.strict && !converged(analysis) ? ExitCode::not_converged
                                                               : ExitCode::ok);
}

}  // namespace cohort::cli
