// Every input nobody hopes for: one clear line, the right exit code, nothing half written.

#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cohort/matrix.hpp"
#include "cohort/read.hpp"

#include "tests/support/program.hpp"
#include "tests/support/refusal.hpp"

namespace cohort::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A small survey that is well formed.
std::string good_rows() {
  std::string text = "a,b,c\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("{},{},{}\n", i % 7, i % 5, i * i % 11);
  return text;
}

TEST(BadFile, Missing) {
  expect_refusal(cohort_program("run /nonexistent/survey.csv"), 3,
                 {"/nonexistent/survey.csv", "No such file"});
}

TEST(BadFile, Directory) {
  const Workspace work;
  expect_refusal(cohort_program("run " + work.path().string()), 3, {"directory"});
}

TEST(BadFile, Empty) {
  const Workspace work;
  expect_refusal(cohort_program("run " + work.file("e.csv", "")), 3, {"e.csv", "empty"});
}

TEST(BadFile, HeaderOnly) {
  const Workspace work;
  expect_refusal(cohort_program("run " + work.file("h.csv", "a,b,c\n")), 3, {"h.csv", "no rows"});
}

TEST(BadFile, Binary) {
  const Workspace work;
  expect_refusal(
      cohort_program("run " +
                     work.file("b.csv", std::string("\x7f"
                                                    "ELF\x02\x01\x00\x00\x00\x00garbage\x00",
                                                    18))),
      3, {"b.csv", "binary"});
}

TEST(BadFile, NulInTheMiddle) {
  const Workspace work;
  expect_refusal(
      cohort_program("run " + work.file("n.csv", good_rows() + std::string("1,\0,2\n", 6))), 3,
      {"n.csv:42"});
}

TEST(BadFile, UnterminatedQuote) {
  const Workspace work;
  expect_refusal(cohort_program("run " + work.file("q.csv", good_rows() + "1,\"2,3\n4,5,6\n")), 3,
                 {"q.csv:42", "quote"});
}

TEST(BadFile, RaggedRows) {
  const Workspace work;
  const std::string file = work.file("r.csv", good_rows() + "1,2\n1,2,3,4\n");
  expect_refusal(cohort_program("run " + file), 3, {"r.csv:42", "3", "--ragged"});
  EXPECT_EQ(cohort_program("kmeans --n-clusters 3 --ragged skip " + file).code, 0);
  EXPECT_EQ(cohort_program("kmeans --n-clusters 3 --ragged fill " + file).code, 0);
}

TEST(BadFile, OneEnormousLine) {
  const Workspace work;
  const std::string file = work / "long.csv";
  ASSERT_EQ(run_shell("head -c 200000000 /dev/zero | tr '\\0' x > " + file).code, 0);
  expect_refusal(cohort_program("run " + file), 3, {"long.csv:1"});
}

TEST(BadFile, NotANumberInANumberColumn) {
  const Workspace work;
  const std::string file = work.file("s.csv", good_rows() + "1,abc,3\n");
  const std::string recipe = work.file("r.toml", "[columns.b]\ntype = \"number\"\n");
  expect_refusal(cohort_program("run " + file + " --recipe " + recipe), 3,
                 {"s.csv:42:", "abc", "b"});
}

TEST(BadFile, NumbersBeyondReason) {
  const Workspace work;
  for (const char* cell : {"inf", "-Infinity", "1e308", "1e400"}) {
    const std::string file = work.file("big.csv", good_rows() + "1," + cell + ",3\n");
    const std::string recipe = work.file("r.toml", "[columns.b]\ntype = \"number\"\n");
    expect_refusal(cohort_program("run " + file + " --recipe " + recipe), 3, {"big.csv:42:", cell});
  }
}

TEST(BadData, ColumnsWithoutInformation) {
  const Workspace work;
  std::string text = "a,b,c,d\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("{},{},7,\n", i % 7, i % 5);
  const Outcome outcome = cohort_program("run --n-clusters 3 " + work.file("c.csv", text));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("constant"), HasSubstr("missing")));
}

TEST(BadData, FewerRowsThanClusters) {
  const Workspace work;
  const std::string file = work.file("f.csv", "a,b\n1,2\n3,4\n5,7\n");
  expect_refusal(cohort_program("kmeans --n-clusters 4 " + file), 3, {"3", "4", "--n-clusters"});
  const std::string twice = work.file("t.csv", "a,b\n1,2\n3,4\n1,2\n3,4\n1,2\n");
  expect_refusal(cohort_program("kmeans --n-clusters 3 " + twice), 3, {"2", "3", "distinct"});
}

TEST(BadData, MoreFeaturesThanRows) {
  const Workspace work;
  std::string text;
  for (int j = 0; j < 30; ++j) text += fmt::format("{}x{}", j > 0 ? "," : "", j);
  for (int i = 0; i < 5; ++i) {
    text += '\n';
    for (int j = 0; j < 30; ++j)
      text += fmt::format("{}{}", j > 0 ? "," : "", (i * 31 + j * 17) % 23);
  }
  const Outcome outcome =
      cohort_program("run --n-clusters 2 " + work.file("wide.csv", text + "\n"));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST(BadData, NegativeWeight) {
  const Workspace work;
  std::string text = "a,b,w\n";
  for (int i = 0; i < 40; ++i)
    text += fmt::format("{},{},{}\n", i % 7, i % 5, i == 20 ? "-1" : "1.5");
  const std::string recipe = work.file("r.toml", "[features]\nweight = \"w\"\n");
  expect_refusal(cohort_program("run --recipe " + recipe + " " + work.file("w.csv", text)), 3,
                 {"w.csv:22", "-1", "w"});
}

TEST(BadUsage, Parameters) {
  const Workspace work;
  const std::string file = work.file("g.csv", good_rows());
  expect_refusal(cohort_program("kmeans --n-clusters 0 " + file), 2, {"--n-clusters"});
  expect_refusal(cohort_program("kmeans --n-clusters -3 " + file), 2, {"--n-clusters"});
  expect_refusal(cohort_program("kmeans --n-clusters four " + file), 2, {"--n-clusters"});
  expect_refusal(cohort_program("kmeans --tol -1 " + file), 2, {"--tol"});
  expect_refusal(cohort_program("kmeans --n-init 0 " + file), 2, {"--n-init"});
  expect_refusal(cohort_program("affinity --damping 0.2 " + file), 2, {"--damping"});
  expect_refusal(cohort_program("affinity --damping nan " + file), 2, {"--damping"});
  expect_refusal(cohort_program("affinity --form thin " + file), 2, {"--form", "sparse"});
  expect_refusal(cohort_program("affinity --form dense --compat sklearn " + file), 2, {"--form"});
  expect_refusal(cohort_program("pca --n-components 9 " + file), 2, {"--n-components"});
  expect_refusal(cohort_program("correlate --drop-above 2 " + file), 2, {"--drop-above"});
}

TEST(BadUsage, WordsMistyped) {
  expect_refusal(cohort_program(""), 2, {"--help"});
  expect_refusal(cohort_program("rn"), 2, {"rn", "did you mean 'run'"});
  expect_refusal(cohort_program("run --n-cluster 3"), 2,
                 {"--n-cluster", "did you mean '--n-clusters'"});
  expect_refusal(cohort_program("run --ragged maybe"), 2, {"--ragged"});
}

TEST(BadUsage, Recipes) {
  const Workspace work;
  const std::string file = work.file("g.csv", good_rows());
  const auto run_with = [&](const std::string& toml) {
    return cohort_program("run " + file + " --recipe " + work.file("r.toml", toml));
  };
  expect_refusal(run_with("[kmeans]\nn_cluster = 4\n"), 2,
                 {"r.toml:2:1", "n_cluster", "did you mean 'n_clusters'"});
  expect_refusal(run_with("[kmeans]\nn_clusters = \"4\"\n"), 2, {"r.toml:2:", "n_clusters"});
  expect_refusal(run_with("[kmean]\n"), 2, {"r.toml:1:", "kmean", "did you mean 'kmeans'"});
  expect_refusal(run_with("[kmeans\n"), 2, {"r.toml:1:"});
  const std::string named = work.file("n.csv", "score,b\n1,2\n2,3\n4,5\n");
  const std::string recipe = work.file("c.toml", "[columns.Scorre]\ntype = \"number\"\n");
  expect_refusal(cohort_program("run " + named + " --recipe " + recipe), 2,
                 {"Scorre", "did you mean 'score'"});
  expect_refusal(run_with("[features]\ndrop = [\"Q9\"]\n"), 2, {"Q9"});
  expect_refusal(run_with("[correlation]\ndrop = [\"Q9\"]\n"), 2, {"Q9"});
  expect_refusal(cohort_program("run " + file + " --recipe /nonexistent.toml"), 2,
                 {"/nonexistent.toml"});
}

TEST(BadOutput, Existing) {
  const Workspace work;
  const std::string out = work / "results";
  ASSERT_EQ(cohort_program("run --out " + out).code, 0);
  const std::string before = content_of(out + "/report.json");
  expect_refusal(cohort_program("run --n-clusters 3 --out " + out), 2, {"report.json", "--force"});
  EXPECT_EQ(content_of(out + "/report.json"), before);
  ASSERT_EQ(cohort_program("run --n-clusters 3 --force --out " + out).code, 0);
  EXPECT_NE(content_of(out + "/report.json"), before);
}

TEST(BadOutput, NotADirectory) {
  const Workspace work;
  expect_refusal(cohort_program("run --out " + work.file("plain", "x")), 2, {"plain", "directory"});
  expect_refusal(cohort_program("run --out /proc/results"), 1, {"/proc/"});
}

TEST(BadOutput, FullDisk) {
  const Outcome outcome = run_shell("cohort run --json --quiet > /dev/full");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("standard output"), HasSubstr("No space left")));
}

TEST(BadOutput, FileTooLargeLeavesNothing) {
  const Workspace work;
  const Outcome outcome =
      run_shell("ulimit -f 2; cohort run --quiet --out " + (work / "results") + " | cat");
  EXPECT_THAT(outcome.err, HasSubstr("cohort: error: "));
  EXPECT_TRUE(std::filesystem::is_empty(work.path()));
}

TEST(BadMemory, RefusedWithNumbers) {
  const Workspace work;
  Matrix<float> x(1'000'000, 1);
  for (std::int64_t i = 0; i < x.rows(); ++i) x(i, 0) = static_cast<float>(i);
  write_npy(work / "many.npy", x);
  expect_refusal(cohort_program("affinity --form dense " + (work / "many.npy")), 5,
                 {"4.25 TB", "available"});
}

}  // namespace
}  // namespace cohort::testing
