// What README.md shows is what the program prints.

#include <regex>
#include <string>

#include <gtest/gtest.h>

#include "cohort/sample.hpp"

#include "tests/support/program.hpp"

namespace cohort::testing {
namespace {

/// README.md's fenced blocks are told apart by the line above each.
std::string block_after(const std::string& line) {
  const std::string readme = content_of(COHORT_TEST_DATA "/../README.md");
  const std::size_t at = readme.find("\n" + line + "\n\n```");
  if (at == std::string::npos) return "no such block";
  const std::size_t begin = readme.find('\n', at + line.size() + 4) + 1;
  return readme.substr(begin, readme.find("\n```", begin) + 1 - begin);
}

std::string without_times(const std::string& text) {
  return std::regex_replace(text, std::regex(" +[0-9.]+ m?s\\b"), " TIME");
}

TEST(Readme, ShowsWhatRunPrints) {
  const Outcome outcome = cohort_program("run --quiet --color never");
  ASSERT_EQ(outcome.code, 0);
  EXPECT_EQ(without_times(block_after("The first prints:")), without_times(outcome.out));
}

TEST(Readme, ShowsTheSamplesRecipe) {
  EXPECT_EQ(block_after("A recipe is a TOML file. This is the one of the sample survey:"),
            sample_recipe());
}

}  // namespace
}  // namespace cohort::testing
