// cohort compare: directories, label files, and first mistakes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/program.hpp"
#include "tests/support/refusal.hpp"

namespace cohort::testing {
namespace {

using ::testing::HasSubstr;

TEST(CompareCommand, TwoRunsOfTheSample) {
  const Workspace work;
  ASSERT_EQ(cohort_program("run --quiet -o " + (work / "one")).code, 0);
  ASSERT_EQ(cohort_program("run --quiet --seed 7 --n-clusters 5 -o " + (work / "two")).code, 0);
  const Outcome same = cohort_program("compare " + (work / "one") + " " + (work / "one"));
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_THAT(same.out, HasSubstr("no row moved"));
  const Outcome other =
      cohort_program("compare " + (work / "one/report.json") + " " + (work / "two/labels.csv"));
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_THAT(other.out, HasSubstr("4 clusters"));
  EXPECT_THAT(other.out, HasSubstr("5 clusters"));
  const Outcome stages = cohort_program("compare --json --column kmeans --column-b affinity " +
                                        (work / "one") + " " + (work / "one"));
  EXPECT_EQ(stages.code, 0) << stages.err;
  EXPECT_THAT(stages.out, HasSubstr("\"rows\": 72"));
  const Outcome moved = cohort_program("compare --moved " + (work / "one") + " " + (work / "two"));
  EXPECT_EQ(moved.code, 0) << moved.err;
  EXPECT_THAT(moved.out, ::testing::StartsWith("row,a,b\n"));
}

TEST(CompareCommand, FirstMistakes) {
  const Workspace work;
  const std::string a = work.file("a.csv", "id,group\n1,x\n2,y\n3,x\n4,x\n5,y\n6,x\n");
  const std::string b = work.file("b.csv", "id,group\n1,x\n2,y\n3,x\n4,x\n5,y\n");
  expect_refusal(cohort_program("compare " + a), 2, {"B is required"});
  expect_refusal(cohort_program("compare " + a + " " + a), 2, {"--column"});
  expect_refusal(cohort_program("compare " + a + " " + a + " --column grup"), 2,
                 {"no column 'grup'", "id, group"});
  expect_refusal(cohort_program("compare " + a + " " + b + " --column group"), 3,
                 {"6 rows", "5 rows"});
  expect_refusal(cohort_program("compare - -"), 2, {"standard input"});
  EXPECT_EQ(cohort_program("compare --column group " + a + " " + a).code, 0);
}

}  // namespace
}  // namespace cohort::testing
