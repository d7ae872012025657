// Inputs that nobody sends by accident twice: each was wrong once.

#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cohort/matrix.hpp"
#include "cohort/read.hpp"

#include "tests/support/program.hpp"
#include "tests/support/refusal.hpp"

namespace cohort::testing {
namespace {

using ::testing::HasSubstr;

std::string rows_of_three() {
  std::string text = "a,b,c\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("{},{},{}\n", i % 7, i % 5, i * i % 11);
  return text;
}

// "$FILE" of a variable that is not set must not analyse the sample instead.
TEST(Hostile, EmptyValues) {
  const Workspace work;
  const std::string file = work.file("g.csv", rows_of_three());
  expect_refusal(cohort_program("run ''"), 2, {"FILE"});
  expect_refusal(cohort_program("describe ''"), 2, {"FILE"});
  expect_refusal(cohort_program("run --out '' " + file), 2, {"--out"});
  expect_refusal(cohort_program("run --recipe '' " + file), 2, {"--recipe"});
  expect_refusal(cohort_program("run --delimiter '' " + file), 2, {"--delimiter"});
  expect_refusal(cohort_program("kmeans --centers '' " + file), 2, {"--centers"});
}

TEST(Hostile, WholeNumbersThatDoNotFit) {
  expect_refusal(cohort_program("run --seed -1"), 2, {"--seed", "'-1'"});
  expect_refusal(cohort_program("run --seed 18446744073709551616"), 2, {"--seed"});
  EXPECT_EQ(cohort_program("run --quiet --seed 18446744073709551615").code, 0);
  expect_refusal(cohort_program("kmeans --n-clusters 99999999999999999999"), 2, {"--n-clusters"});
  expect_refusal(cohort_program("kmeans --n-clusters 4.5"), 2, {"--n-clusters", "4.5"});
  expect_refusal(cohort_program("kmeans --n-init 99999999999999999999"), 2, {"--n-init"});
  expect_refusal(cohort_program("affinity --max-iter 1e3"), 2, {"--max-iter", "1e3"});
}

TEST(Hostile, CentresAndAnotherNumberOfClusters) {
  const Workspace work;
  Matrix<float> centers(3, 3);
  for (std::int64_t i = 0; i < 9; ++i) centers(i / 3, i % 3) = static_cast<float>(i);
  write_npy(work / "c.npy", centers);
  const std::string kmeans = "kmeans " + work.file("g.csv", rows_of_three()) + " --centers " +
                             (work / "c.npy") + " --n-clusters ";
  expect_refusal(cohort_program(kmeans + "5"), 2, {"--n-clusters is 5", "3 centres"});
  EXPECT_EQ(cohort_program(kmeans + "3").code, 0);
}

TEST(Hostile, OneFeatureHasOneComponent) {
  const Workspace work;
  std::string text = "a\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("{}\n", i % 7);
  const Outcome outcome =
      cohort_program("run --n-clusters 3 --json --quiet " + work.file("one.csv", text));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["pca"]["n_components"], 1);
}

TEST(Hostile, KeysDeepEnoughToOverflowTheStack) {
  const Workspace work;
  std::string key = "a";
  for (int i = 0; i < 200'000; ++i) key += ".a";
  const std::string run =
      "run " + work.file("g.csv", rows_of_three()) + " --n-clusters 3 --recipe ";
  expect_refusal(cohort_program(run + work.file("deep.toml", "\n" + key + " = 1\n")), 2,
                 {"deep.toml:2", "parts"});
  expect_refusal(cohort_program(run + work.file("table.toml", "[" + key + "]\n")), 2,
                 {"table.toml:1", "parts"});
  const std::string dots(100, '.');
  const std::string texts =
      "# " + dots + "\n[read]\nmissing = [\"" + dots + "\", '" + dots + "']\n";
  EXPECT_EQ(cohort_program(run + work.file("texts.toml", texts)).code, 0);
}

TEST(Hostile, NamesThatTheSurveyLacksHaveTheirPlace) {
  const Workspace work;
  const std::string run = "run " + work.file("g.csv", rows_of_three()) + " --recipe ";
  expect_refusal(
      cohort_program(run + work.file("c.toml", "\n[columns.Scorre]\ntype = \"number\"\n")), 2,
      {"c.toml:2:", "g.csv has no column 'Scorre'"});
  expect_refusal(
      cohort_program(
          run +
          work.file("d.toml", "[[derive]]\nname = \"x\"\nfrom = \"z\"\nstandardize = true\n")),
      2, {"d.toml:3:1", "no column 'z'"});
}

TEST(Hostile, CellsOfARecipesColumnHaveTheirPlace) {
  const Workspace work;
  const std::string run = "run " + work.file("g.csv", rows_of_three() + "1,-2,3\n") + " --recipe ";
  expect_refusal(cohort_program(run + work.file("w.toml", "[features]\nweight = \"b\"\n")), 3,
                 {"g.csv:42:2: column 'b' gives the weight -2"});
  const std::string levels =
      "[columns.b]\nencoding = \"ordinal\"\nlevels = [\"0\",\"1\",\"2\",\"3\",\"4\"]\n";
  expect_refusal(cohort_program(run + work.file("l.toml", levels)), 3,
                 {"g.csv:42:2: '-2' in column 'b' is not among the levels", "l.toml:1:1"});
  expect_refusal(cohort_program(run + work.file("f.toml", "[columns.b]\nformat = \"%Q\"\n")), 2,
                 {"f.toml:1:1: ", "%Q"});
}

// It took twelve seconds when every copy was numbered from 1.
TEST(Hostile, TenThousandColumnsOfOneName) {
  const Workspace work;
  std::string names = "a", cells = "1";
  for (int j = 1; j < 10'000; ++j) {
    names += ",a";
    cells += ",1";
  }
  const Outcome outcome = run_shell("timeout 10 '" COHORT_PROGRAM "' describe --json " +
                                    work.file("wide.csv", names + "\n" + cells + "\n"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"a.9999\""));
}

TEST(Hostile, MatrixThroughAPipe) {
  const Workspace work;
  write_npy(work / "x.npy", Matrix<float>(4, 2));
  expect_refusal(run_shell("cat " + (work / "x.npy") + " | cohort kmeans - --n-clusters 2"), 3,
                 {"NumPy", "named file"});
}

// Refused before anything is computed, so also where the survey itself cannot be read.
TEST(Hostile, OutputsThatCannotBeWritten) {
  const Workspace work;
  expect_refusal(cohort_program("run /nonexistent.csv --out " + (work / "no/such/place")), 2,
                 {"there is no directory", "create it first"});
}

// Libraries' threads may starve under such a limit; the program must still end, and say why.
TEST(Hostile, LittleAddressSpace) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer itself needs terabytes of address space";
#endif
  const Workspace work;
  ASSERT_EQ(run_shell("truncate -s 1G " + (work / "large.csv")).code, 0);
  const Outcome outcome =
      run_shell("ulimit -v 400000; timeout 20 '" COHORT_PROGRAM "' run " + (work / "large.csv"));
  EXPECT_EQ(outcome.code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("1.07 GB of address space"));
  for (const char* kibibytes : {"400000", "200000", "150000"}) {
    const Outcome sample =
        run_shell(fmt::format("ulimit -v {}; timeout 20 '" COHORT_PROGRAM "' run", kibibytes));
    EXPECT_THAT(sample.code, ::testing::AnyOf(0, 5)) << kibibytes << " " << sample.err;
    if (sample.code == 5) expect_refusal(sample, 5, {"(ulimit -v"});
  }
}

}  // namespace
}  // namespace cohort::testing
