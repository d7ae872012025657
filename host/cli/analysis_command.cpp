#include "host/cli/analysis_command.hpp"

#include <cstdio>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cohort/error.hpp"

#include "host/cli/load.hpp"
#include "host/cli/output.hpp"
#include "host/cli/progress_line.hpp"

namespace cohort::cli {

namespace {

/// A file of --out and how it is made.
struct OutputPlan {
  std::string name;
  std::function<void(const Analysis&, ThreadPool&, const TextSink&)> content;
};

/// The files of the stages asked for. Known before anything is computed, so that a refusal comes at
/// once.
std::vector<OutputPlan> planned_outputs(const Stages& stages, const AnalysisFlags& flags) {
  const auto text = [](auto made) {
    return [made](const Analysis& analysis, ThreadPool&, const TextSink& sink) {
      sink(made(analysis));
    };
  };
  std::vector<OutputPlan> plan;
  plan.push_back({"report.json", text([timings = flags.timings](const Analysis& analysis) {
                    return json_report(analysis, timings);
                  })});
  const HtmlOptions html{flags.timings, !flags.no_rows};
  if (flags.precomputed) {  // no features, so nothing to profile or to show
    plan.push_back({"labels.csv", labels_csv});
    return plan;
  }
  plan.push_back(
      {"report.html", [html](const Analysis& analysis, ThreadPool& pool, const TextSink& sink) {
         sink(html_report(analysis, html, pool));
       }});
  if (stages.kmeans || stages.affinity) {
    plan.push_back({"labels.csv", labels_csv});
    plan.push_back({"profiles.csv", text(profiles_csv)});
  }
  if (stages.correlate) plan.push_back({"correlations.csv", text(correlations_csv)});
  if (stages.pca) plan.push_back({"pca.csv", pca_csv});
  return plan;
}

void check_plan(const std::vector<OutputPlan>& plan, const AnalysisFlags& flags) {
  std::vector<std::string> names;
  for (const OutputPlan& output : plan) names.push_back(output.name);
  check_outputs(flags.out, names, flags.force);
}

void write_plan(const std::vector<OutputPlan>& plan, const AnalysisFlags& flags,
                const Analysis& analysis, ThreadPool& pool) {
  std::vector<OutputFile> files;
  for (const OutputPlan& output : plan)
    files.push_back(
        {output.name, [&](const TextSink& sink) { output.content(analysis, pool, sink); }});
  write_outputs(flags.out, files, flags.force);
}

bool converged(const Analysis& analysis) {
  return (!analysis.kmeans || analysis.kmeans->result.converged) &&
         (!analysis.affinity ||
          (analysis.affinity->result.converged &&
           (!analysis.affinity->result.search || analysis.affinity->result.search->found)));
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
  Recipe recipe = effective_recipe(reading, command.changes, starting_point(flags));
  apply(flags, recipe);
  const std::vector<OutputPlan> plan = planned_outputs(command.stages, flags);
  if (!flags.out.empty()) check_plan(plan, flags);
  const Device device = device_named(flags.device);
  // A device that is asked for and not there is said before a large file is read.
  if (device == Device::gpu) require_gpu();

  ProgressLine line(!reading.quiet && !reading.no_progress && isatty(STDERR_FILENO) != 0);
  const ProgressListener progress = line.listener();
  ThreadPool pool(reading.threads);
  AnalysisInput input = flags.precomputed ? load_similarities(reading.file, pool)
                                          : load_input(reading.file, recipe,
                                                       command.compare_respondents, pool, progress);
  input.command = command.line;
  const ChosenBackend chosen =
      choose_backend(device, reading.threads, estimated_operations(input, recipe, command.stages));
  const Analysis analysis =
      analyse(std::move(input), recipe, command.stages, *chosen.backend, progress);
  line.clear();

  if (!flags.out.empty()) write_plan(plan, flags, analysis, pool);
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
