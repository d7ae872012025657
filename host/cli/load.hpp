#pragma once
/// From the command line's FILE to a table or to the input of an analysis.

#include "cohort/analysis.hpp"
#include "cohort/parallel.hpp"
#include "cohort/progress.hpp"
#include "cohort/recipe.hpp"
#include "cohort/table.hpp"

namespace cohort::cli {

/// The survey as columns; the embedded sample when `file` is empty; a .npy matrix as columns x0,
/// x1, ...
[[nodiscard]] Table load_table(const std::string& file, const Recipe& recipe, ThreadPool& pool,
                               const ProgressListener& progress);

/// The columns of a file of labels, without counts of distinct values. \param column  the only one
/// that is wanted; empty: all
[[nodiscard]] Table load_labels(const std::string& file, const std::string& column,
                                ThreadPool& pool, const ProgressListener& progress);

/// The survey as features, with the answers of its respondents when they are few enough to compare.
[[nodiscard]] AnalysisInput load_input(const std::string& file, const Recipe& recipe,
                                       bool compare_respondents, ThreadPool& pool,
                                       const ProgressListener& progress);

/// A square .npy of similarities instead of features. \throws UsageError for another kind of file
[[nodiscard]] AnalysisInput load_similarities(const std::string& file, ThreadPool& pool);

}  // namespace cohort::cli
