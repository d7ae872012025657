// report.html as --out writes it.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/markup.hpp"
#include "tests/support/program.hpp"

namespace cohort::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string report_of(const std::string& arguments) {
  const Workspace work;
  const Outcome outcome = cohort_program(arguments + " --quiet --out '" + (work / "out") + "'");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  return content_of(work / "out/report.html");
}

/// What a reader sees, the tags left out.
std::string text_of(const std::string& page) {
  std::string text;
  bool inside = false;
  for (const char c : page.substr(page.find("<body>"))) {
    inside = inside || c == '<';
    if (!inside) text += c;
    inside = inside && c != '>';
  }
  return text;
}

TEST(Report, OfTheSampleStatesWhatItFound) {
  const std::string page = report_of("run");
  EXPECT_EQ(read_markup(page).problem, "");
  const std::string text = text_of(page);
  EXPECT_THAT(text,
              HasSubstr("Four segments of 72 rows: 36.1%\u00a0· 36.1%\u00a0· 16.7%\u00a0· 11.1%."));
  EXPECT_THAT(text, HasSubstr("72 rows are 36 respondents listed twice."));
  EXPECT_THAT(text, HasSubstr("here five, cut by Effort (100% of its variation lies between the "
                              "groups), then by Knowledge (68%). They are not the K-means "
                              "segments with one split: four of the five groups"));
  EXPECT_THAT(text, HasSubstr("Enthusiasm from HoursElapsed: a Gaussian of standard deviation 40"));
  EXPECT_THAT(text, HasSubstr("cohort run\n"));
  EXPECT_THAT(text, HasSubstr("WorkAtcategory2 (2.8%)left out after correlating"));
  EXPECT_THAT(text, Not(HasSubstr("This run")));
  EXPECT_THAT(text_of(report_of("run --timings")), HasSubstr("This run"));
}

TEST(Report, NamesTheCommandThatDoesTheSameAgain) {
  const Workspace work;
  const std::string survey = work.file("it's a survey.csv", "a,b\n1,2\n2,3\n9,8\n8,9\n1,3\n2,2\n");
  const std::string run = report_of("kmeans \"" + survey +
                                    "\" --n-clusters 2 --na x --na 'y z' --seed 7 --threads 2 "
                                    "--device cpu --no-progress --timings --header");
  EXPECT_THAT(run, HasSubstr("--n-clusters 2"));
  EXPECT_THAT(run, HasSubstr("--na x --na &#39;y z&#39;"));
  EXPECT_THAT(run, HasSubstr("it&#39;\\&#39;&#39;s a survey.csv&#39;"));
  EXPECT_THAT(run, HasSubstr("--header"));
  EXPECT_THAT(run, HasSubstr("--seed 7"));
  for (const char* flag : {"--threads", "--device", "--no-progress", "--timings", "--out"})
    EXPECT_THAT(run, Not(HasSubstr(flag)));
}

TEST(Report, WithoutRowsNamesNobody) {
  const std::string with = text_of(report_of("run"));
  EXPECT_THAT(with, HasSubstr("Typical: row 15"));
  const std::string without = text_of(report_of("run --no-rows"));
  EXPECT_THAT(without, Not(HasSubstr("Typical")));
  EXPECT_THAT(without, Not(HasSubstr("exemplar")));
}

TEST(Report, OfASingleStageHasThatStage) {
  EXPECT_THAT(report_of("pca --n-components 1"), HasSubstr("Scree plot"));
  EXPECT_THAT(report_of("correlate"), HasSubstr("What goes together"));
  EXPECT_THAT(report_of("affinity"), HasSubstr("Affinity propagation chooses"));
}

}  // namespace
}  // namespace cohort::testing
