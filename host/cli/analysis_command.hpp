#pragma once
/// What `run` and the single stages share: options, then load, analyse, tell, write.

#include <memory>
#include <string>

#include "cohort/analysis.hpp"

#include "host/cli/options.hpp"

namespace cohort::cli {

struct AnalysisCommand {
  ReadingFlags reading;
  AnalysisFlags analysis;
  RecipeChanges changes;
  Stages stages;
  bool compare_respondents = false;
  std::string line;  ///< that does the same again
};

[[nodiscard]] int execute(const AnalysisCommand& command);

}  // namespace cohort::cli
