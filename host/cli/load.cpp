#include "host/cli/load.hpp"

#include <chrono>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/read.hpp"
#include "cohort/sample.hpp"
#include "cohort/wording.hpp"

namespace cohort::cli {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool is_matrix(const std::string& file) {
  return !file.empty() && file != "-" && is_npy(file);
}

Table table_of(const Matrix<float>& matrix, const std::string& source) {
  Table table;
  table.source = source;
  table.rows = matrix.rows();
  for (std::int64_t j = 0; j < matrix.cols(); ++j) {
    Column column;
    column.name = fmt::format("x{}", j);
    column.type = ColumnType::number;
    std::set<double> distinct;
    for (std::int64_t i = 0; i < matrix.rows(); ++i) {
      column.values.push_back(static_cast<double>(matrix(i, j)));
      distinct.insert(column.values.back());
    }
    column.distinct = static_cast<std::int64_t>(distinct.size());
    table.columns.push_back(std::move(column));
  }
  return table;
}

Table read_survey(const std::string& file, const ReadOptions& options, ThreadPool& pool) {
  if (file.empty()) return parse_table(sample_survey(), "the embedded sample", options, pool);
  return read_table(file, options, pool);
}

}  // namespace

Table load_table(const std::string& file, const Recipe& recipe, ThreadPool& pool,
                 const ProgressListener& progress) {
  if (is_matrix(file)) return table_of(read_npy(file, pool), file);
  ReadOptions options = read_options(recipe);
  options.progress = progress;
  return read_survey(file, options, pool);
}

Table load_labels(const std::string& file, const std::string& column, ThreadPool& pool,
                  const ProgressListener& progress) {
  if (is_matrix(file)) return table_of(read_npy(file, pool), file);
  ReadOptions options;
  options.progress = progress;
  options.count_distinct = false;
  if (!column.empty()) options.wanted = [column](std::string_view name) { return name == column; };
  return read_table(file, options, pool);
}

AnalysisInput load_input(const std::string& file, const Recipe& recipe, bool compare_respondents,
                         ThreadPool& pool, const ProgressListener& progress) {
  AnalysisInput input;
  const auto start = std::chrono::steady_clock::now();
  if (is_matrix(file)) {
    input.features = features_of(read_npy(file, pool), file);
    input.timings.push_back({"read", seconds_since(start), "host"});
    return input;
  }
  ReadOptions options = read_options(recipe);
  options.progress = progress;
  options.wanted = [&recipe](std::string_view column) { return uses_column(recipe, column); };
  options.count_distinct = false;
  options.all_up_to_rows = compare_respondents ? kNearDuplicateRows : 0;
  const Table table = read_survey(file, options, pool);
  input.timings.push_back({"read", seconds_since(start), "host"});
  input.notices = table.notices;
  for (const Column& column : table.columns)
    input.columns.push_back(
        {column.name, column.kept ? std::optional(column.type) : std::nullopt, column.missing});
  const auto read = std::chrono::steady_clock::now();
  input.features = build_features(table, recipe, pool);
  if (compare_respondents && table.rows <= kNearDuplicateRows) {
    input.answers = answer_codes(table);
  } else if (compare_respondents) {
    input.notices.push_back(
        {Notice::Level::decision, "near-duplicates",
         fmt::format("respondents not compared with each other: {} are more than {}",
                     counted(table.rows, "row"), thousands(kNearDuplicateRows))});
  }
  input.timings.push_back({"features", seconds_since(read), "host"});
  return input;
}

AnalysisInput load_similarities(const std::string& file, ThreadPool& pool) {
  if (!is_matrix(file))
    throw UsageError(
        "--precomputed takes similarities from an .npy file of as many rows as columns");
  const auto start = std::chrono::steady_clock::now();
  AnalysisInput input;
  input.similarities = read_npy(file, pool);
  const std::int64_t n = input.similarities.rows();
  if (input.similarities.cols() != n)
    throw DataError(fmt::format("{}: {} x {}; similarities have as many rows as columns", file, n,
                                input.similarities.cols()));
  input.features.source = file;
  input.features.input_rows = n;
  input.features.x = Matrix<float>(n, 0);
  input.timings.push_back({"read", seconds_since(start), "host"});
  return input;
}

}  // namespace cohort::cli
