// `cohort generate`: whole files or none, and every refusal in one line.

#include "cohort/generate.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/program.hpp"
#include "tests/support/refusal.hpp"

namespace cohort::testing {
namespace {

using ::testing::HasSubstr;

TEST(GenerateCommand, WritesWhatTheSamplesRecipeReads) {
  const Workspace work;
  const std::string survey = work / "s.tsv";
  const std::string recipe = COHORT_TEST_DATA "/../host/survey/sample/recipe.toml";
  ASSERT_EQ(cohort_program("generate --rows 300 --seed 4 -o " + survey).code, 0);
  const Outcome outcome =
      cohort_program("run " + survey + " --recipe " + recipe + " --quiet --json");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"n_clusters\": 4"));
}

TEST(GenerateCommand, StandardOutputAndAFileHoldTheSame) {
  const Workspace work;
  const Outcome out = cohort_program("generate --rows 0.5k --threads 3 --segment-column S -o -");
  ASSERT_EQ(out.code, 0);
  ASSERT_EQ(
      cohort_program("generate --rows 500 --threads 1 --segment-column S -o " + (work / "s.csv"))
          .code,
      0);
  EXPECT_EQ(content_of(work / "s.csv"), out.out);
  EXPECT_EQ(std::count(out.out.begin(), out.out.end(), '\n'), 501);
  EXPECT_EQ(out.err, "");
}

TEST(GenerateCommand, APrintedPopulationIsTheSamples) {
  const Workspace work;
  const Outcome printed = cohort_program("generate --print-population");
  EXPECT_EQ(printed.out, sample_population());
  const std::string mine = work.file("mine.toml", printed.out);
  EXPECT_EQ(cohort_program("generate --rows 90 --population " + mine + " -o -").out,
            cohort_program("generate --rows 90 -o -").out);
}

TEST(GenerateCommand, Refusals) {
  const Workspace work;
  const std::string here = work / "s.csv";
  expect_refusal(cohort_program("generate"), 2, {"--rows", "--out"});
  expect_refusal(cohort_program("generate --rows 5"), 2, {"--out"});
  for (const std::string rows : {"0", "-3", "1.5", "ten", "10MM", "1e11", "nan", "0x10", "''"})
    expect_refusal(cohort_program("generate --rows " + rows + " -o " + here), 2, {"--rows"});
  expect_refusal(cohort_program("generate --rows 5 -o s.xlsx"), 2, {".csv", "'s.xlsx'"});
  expect_refusal(cohort_program("generate --rows 5 -o .csv"), 2, {"'.csv'"});
  expect_refusal(cohort_program("generate --rows 5 -o /no/such/s.csv"), 2, {"create it first"});
  expect_refusal(cohort_program("generate --rows 5 --seed -1 -o " + here), 2, {"--seed"});
  expect_refusal(cohort_program("generate --rows 5 --segment-column WorkAt -o " + here), 2,
                 {"'WorkAt'"});
  expect_refusal(cohort_program("generate --rows 5 --population none.toml -o " + here), 2,
                 {"population", "none.toml", "No such file"});
  const std::string bad = work.file("bad.toml", "[[segments]]\nname = \"a\"\nshar = 1\n");
  expect_refusal(cohort_program("generate --rows 5 --population " + bad + " -o " + here), 2,
                 {"bad.toml:3:1", "did you mean 'share'?"});
  EXPECT_FALSE(std::filesystem::exists(here));
}

TEST(GenerateCommand, OverwritesOnlyWhenForced) {
  const Workspace work;
  const std::string file = work.file("s.csv", "mine\n");
  expect_refusal(cohort_program("generate --rows 5 -o " + file), 2, {"s.csv", "--force"});
  EXPECT_EQ(content_of(file), "mine\n");
  EXPECT_EQ(cohort_program("generate --rows 5 --force -o " + file).code, 0);
  EXPECT_THAT(content_of(file), HasSubstr("Timestamp,"));
  std::filesystem::create_directory(work / "dir.csv");
  expect_refusal(cohort_program("generate --rows 5 --force -o " + (work / "dir.csv")), 2,
                 {"it is a directory"});
  ASSERT_EQ(run_shell("mkfifo " + (work / "pipe.csv")).code, 0);
  expect_refusal(cohort_program("generate --rows 5 --force -o " + (work / "pipe.csv")), 2,
                 {"not a regular file"});
}

TEST(GenerateCommand, ALimitOrAFullDiskLeavesNothing) {
  const Workspace work;
  const Outcome limited =
      run_shell("ulimit -f 100; cohort generate --rows 5000 -o " + (work / "s.csv"));
  EXPECT_EQ(limited.code, 1);
  EXPECT_THAT(limited.err, HasSubstr("cohort: error: cannot write " + (work / "s.csv")));
  EXPECT_TRUE(std::filesystem::is_empty(work.path()));
  const Outcome full = run_shell("cohort generate --rows 5000 -o - > /dev/full");
  EXPECT_EQ(full.code, 1);
  EXPECT_THAT(full.err, HasSubstr("No space left"));
}

TEST(GenerateCommand, AReaderThatLeavesEndsItQuietly) {
  const Outcome outcome =
      run_shell("cohort generate --rows 1e9 -o - | head -n 2; echo ${PIPESTATUS[0]}");
  EXPECT_THAT(outcome.out, ::testing::EndsWith("\n141\n"));
  EXPECT_EQ(outcome.err, "");
}

}  // namespace
}  // namespace cohort::testing
