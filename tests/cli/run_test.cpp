// The commands as a person uses them.

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"

namespace cohort::testing {
namespace {

using ::testing::HasSubstr;

TEST(Run, TheSampleWithoutArguments) {
  const Outcome outcome = cohort_program("run");
  EXPECT_EQ(outcome.code, 0);
  for (const char* part : {"72 rows", "IsResearcher", "0.625", "36.1%", "36 pairs"})
    EXPECT_THAT(outcome.out, HasSubstr(part));
}

TEST(Run, JsonHasTheKeysOthersRelyOn) {
  const Outcome outcome = cohort_program("run --json --quiet");
  ASSERT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["device"], "cpu");
  EXPECT_EQ(json["rows"], 72);
  EXPECT_EQ(json["features"].size(), 6U);
  EXPECT_EQ(json["correlations"].size(), 20U);
  EXPECT_EQ(json["correlations"][0]["a"], "IsResearcher");
  EXPECT_EQ(json["pca"]["explained_variance_ratio"].size(), 2U);
  EXPECT_EQ(json["kmeans"]["n_clusters"], 4);
  EXPECT_NEAR(json["kmeans"]["inertia"].get<double>(), 192.336419, 5e-6);
  EXPECT_EQ(json["kmeans"]["sizes"], nlohmann::json({26, 26, 12, 8}));
  EXPECT_EQ(json["affinity"]["sizes"], nlohmann::json({28, 20, 16, 6, 2}));
  EXPECT_EQ(json["affinity"]["converged"], true);
  EXPECT_EQ(json["affinity"]["exemplars"].size(), 5U);
  EXPECT_GT(json["timings"].size(), 3U);
  EXPECT_FALSE(json["notices"].empty());
}

TEST(Run, OutputsRepeatByteForByteForAnyThreads) {
  const Workspace work;
  for (const char* run :
       {"--threads 1", "--threads 2", "--threads 1 --device auto", "--threads 5"}) {
    ASSERT_EQ(cohort_program(std::string("run ") + run + " --out '" + (work / run) + "'").code, 0);
  }
  for (const char* run : {"--threads 2", "--threads 1 --device auto", "--threads 5"}) {
    for (const char* file : {"report.json", "report.html", "labels.csv", "profiles.csv",
                             "correlations.csv", "pca.csv"}) {
      const std::string expected = content_of(work.path() / "--threads 1" / file);
      EXPECT_FALSE(expected.empty());
      EXPECT_EQ(content_of(work.path() / run / file), expected) << run << " " << file;
    }
  }
}

TEST(Run, ReadsStandardInputAndPipes) {
  const Workspace work;
  ASSERT_EQ(run_shell("cohort describe --recipe > " + (work / "r.toml")).code, 0);
  const std::string rows = work.file("s.csv", "a;b\n1;2,5\n2;3,5\n9;8,5\n8;9,5\n1;2,0\n2;3,0\n");
  const Outcome outcome =
      run_shell("cat " + rows + " | cohort kmeans - --n-clusters 2 --json --quiet");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["kmeans"]["sizes"], nlohmann::json({4, 2}));
}

TEST(Describe, StartingRecipeRunsAsItIs) {
  const Workspace work;
  const std::string survey =
      work.file("s.csv",
                "id,when,score,answer,\"a, b\"\n"
                "r1,2024-05-01 10:00:00,1,yes,x\nr2,2024-05-01 11:30:00,2,no,y\n"
                "r3,2024-05-02 10:00:00,9,yes,x\nr4,2024-05-03 11:30:00,8,no,y\n"
                "r5,2024-05-02 10:00:00,7,yes,x\nr6,2024-05-03 11:30:00,8,no,x\n");
  const Outcome outcome = run_shell("cohort describe " + survey + " --recipe > " +
                                    (work / "r.toml") + " && cohort kmeans " + survey +
                                    " --n-clusters 2 --json --quiet --recipe " + (work / "r.toml"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  auto with = nlohmann::json::parse(outcome.out);
  auto without = nlohmann::json::parse(
      cohort_program("kmeans " + survey + " --n-clusters 2 --json --quiet").out);
  EXPECT_EQ(with["kmeans"], without["kmeans"]);
  EXPECT_EQ(with["features"], without["features"]);
}

TEST(Stages, PrintOnlyTheirOwnKeys) {
  const auto json = nlohmann::json::parse(cohort_program("kmeans --json --quiet").out);
  EXPECT_TRUE(json.contains("kmeans"));
  EXPECT_FALSE(json.contains("affinity"));
  EXPECT_FALSE(json.contains("pca"));
  EXPECT_FALSE(json.contains("correlations"));
  EXPECT_EQ(cohort_program("pca --n_components 3 --json --quiet").code, 0);
  EXPECT_EQ(cohort_program("correlate --top 3 --json --quiet").code, 0);
}

TEST(Compat, SklearnStandsOnItsDefaults) {
  const auto affinity = [](const std::string& flags) {
    const Outcome outcome = cohort_program("affinity --compat sklearn --json --quiet " + flags);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out)["affinity"];
  };
  // scikit-learn 1.2.1 on the sample's six columns
  EXPECT_EQ(affinity("")["n_clusters"], 5);
  EXPECT_EQ(affinity("")["n_iter"], 61);
  EXPECT_EQ(affinity("--damping 0.5")["n_iter"], 61);
  EXPECT_EQ(affinity("--convergence-iter 50")["n_iter"], 96);
}

TEST(Form, IsSaidAndChangesNothingElse) {
  const auto report = [](const std::string& form) {
    const Outcome outcome = cohort_program("affinity --json --quiet --form " + form);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  };
  nlohmann::json sparse = report("sparse");
  EXPECT_EQ(sparse["affinity"]["form"], "sparse");
  EXPECT_EQ(report("auto")["affinity"]["form"], "dense");  // 55 distinct rows
  nlohmann::json dense = report("dense");
  sparse["affinity"].erase("form");
  dense["affinity"].erase("form");
  EXPECT_EQ(sparse["affinity"], dense["affinity"]);
  EXPECT_THAT(cohort_program("affinity --form sparse").out, HasSubstr(" neighbours a row"));
}

TEST(Strict, SaysSixWhenAffinityPropagationDoesNotConverge) {
  EXPECT_EQ(cohort_program("affinity --max-iter 5 --strict").code, 6);
  const Outcome lenient = cohort_program("affinity --max-iter 5");
  EXPECT_EQ(lenient.code, 0);
  EXPECT_THAT(lenient.out, HasSubstr("did not converge"));
}

}  // namespace
}  // namespace cohort::testing
