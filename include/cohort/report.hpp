#pragma once
/// The forms an analysis is told in, and how they reach the disk.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/analysis.hpp"
#include "cohort/bench.hpp"
#include "cohort/compare.hpp"
#include "cohort/parallel.hpp"
#include "cohort/selftest.hpp"
#include "cohort/table.hpp"

namespace cohort {

struct TerminalStyle {
  bool color = false;
  int width = 80;
};

/// Takes a text piece by piece.
using TextSink = std::function<void(std::string_view piece)>;

/// The whole story for a person at a terminal, UTF-8, no line wider than style.width (which is held
/// between 60 and 200). Names and answers are made safe to print; rows are counted from 1.
[[nodiscard]] std::string terminal_report(const Analysis& analysis, const TerminalStyle& style);

/// report.json. \param with_timings  measured seconds differ from run to run: without them the
/// bytes repeat
[[nodiscard]] std::string json_report(const Analysis& analysis, bool with_timings);

struct HtmlOptions {
  bool timings = false;  ///< measured seconds differ from run to run: without them the bytes repeat
  bool rows = true;      ///< whether single respondents may be seen: typical rows, dots of the map
};

/// report.html: one file to look at, whole in itself, without scripts, in less than 400 KB whatever
/// the survey's size. Names and answers are made safe to show; rows are counted from 1.
/// Same bytes for any number of threads.
[[nodiscard]] std::string html_report(const Analysis& analysis, const HtmlOptions& options,
                                      ThreadPool& pool);

/// labels.csv, profiles.csv, correlations.csv, pca.csv: RFC 4180, rows counted from 0, empty where
/// the stage did not run.
void labels_csv(const Analysis& analysis, ThreadPool& pool, const TextSink& sink);
[[nodiscard]] std::string profiles_csv(const Analysis& analysis);
[[nodiscard]] std::string correlations_csv(const Analysis& analysis);
void pca_csv(const Analysis& analysis, ThreadPool& pool, const TextSink& sink);

/// Columns of a survey for a person: type, missing, distinct, range, notices.
[[nodiscard]] std::string describe_report(const Table& table, const TerminalStyle& style);
[[nodiscard]] std::string describe_json(const Table& table);

/// Two labellings for a person, as JSON, and the rows that moved as CSV, counted from 0.
[[nodiscard]] std::string compare_report(const Comparison& comparison, const TerminalStyle& style);
[[nodiscard]] std::string compare_json(const Comparison& comparison);
void moved_csv(const Comparison& comparison, ThreadPool& pool, const TextSink& sink);

/// A line for each operation: whether the bytes are equal, and both times.
[[nodiscard]] std::string selftest_report(const Selftest& selftest, const TerminalStyle& style);
[[nodiscard]] std::string selftest_json(const Selftest& selftest);

/// A line for each operation; no ratio where the results differ. As a table for a terminal, in
/// Markdown, as CSV (a line for each operation and device), as JSON.
[[nodiscard]] std::string bench_report(const Bench& bench, const TerminalStyle& style);
[[nodiscard]] std::string bench_markdown(const Bench& bench);
[[nodiscard]] std::string bench_csv(const Bench& bench);
[[nodiscard]] std::string bench_json(const Bench& bench);

struct OutputFile {
  std::string name;
  std::function<void(const TextSink& sink)> content;  ///< hands it on, front to back
};

/// The refusals of write_outputs that can be known before hours of computing: nothing is written.
void check_outputs(const std::string& dir, const std::vector<std::string>& names, bool force);

/// Writes all files into directory `dir`, whole or not at all: into a hidden directory first, in
/// `dir` or, where `dir` is new, beside it, then renamed.
/// \throws UsageError when one of them exists and force is false, when `dir` is no directory or has
///         no parent; Error(unexpected) when the disk refuses; Error(interrupted) after a discard
void write_outputs(const std::string& dir, const std::vector<OutputFile>& files, bool force);

/// A file too large for memory, written front to back under a hidden name. It gets its own once it
/// is whole, and is gone at the end of its scope unless it was published.
class WholeOutput {
 public:
  virtual ~WholeOutput() = default;
  virtual void write(std::string_view bytes) = 0;
  virtual void publish() = 0;
};

/// \throws UsageError when the file exists and force is false, when it is no regular file or has
///         no parent; Error(unexpected) when the disk refuses, here and later; Error(interrupted)
///         after a discard
[[nodiscard]] std::unique_ptr<WholeOutput> open_output(const std::string& path, bool force);

/// Removes what interrupted outputs would leave. Safe to call from any
/// thread, at any time.
void discard_unfinished_outputs() noexcept;

}  // namespace cohort
