// What `cohort affinity` is asked for besides clusters.

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cohort/read.hpp"

#include "tests/support/program.hpp"
#include "tests/support/refusal.hpp"

namespace cohort::testing {
namespace {

using ::testing::HasSubstr;

nlohmann::json affinity_json(const std::string& flags) {
  const Outcome outcome = cohort_program("affinity --json --quiet " + flags);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  return nlohmann::json::parse(outcome.out)["affinity"];
}

TEST(AffinityCommand, FindsSoManyClusters) {
  const auto json = affinity_json("--n-clusters 3");
  EXPECT_EQ(json["n_clusters"], 3);
  EXPECT_EQ(json["search"]["found"], true);
  EXPECT_EQ(json["search"]["n_clusters"], 3);
  EXPECT_EQ(affinity_json("--n_clusters 3"), json);
  EXPECT_THAT(cohort_program("affinity --n-clusters 3").out, HasSubstr("found for 3 clusters"));
}

TEST(AffinityCommand, TellsWhereNoPreferenceGivesSoMany) {
  const Workspace work;
  write_npy(work / "s.npy", Matrix<float>(3, 3, std::vector<float>(9, -1.0F)));
  const std::string flags = "affinity --precomputed --n-clusters 2 " + (work / "s.npy");
  const Outcome outcome = cohort_program(flags);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("NOT THE 2 CLUSTERS ASKED FOR"));
  EXPECT_THAT(outcome.out, HasSubstr("no preference tried gives exactly 2 clusters"));
  EXPECT_EQ(cohort_program(flags + " --strict").code, 6);
}

TEST(AffinityCommand, TakesGivenSimilarities) {
  const Workspace work;
  const std::vector<float> at = {0, 1, 2, 30, 31, 33, 90};
  Matrix<float> x(7, 1, at);
  Matrix<float> s(7, 7);
  for (std::int64_t i = 0; i < 7; ++i)
    for (std::int64_t j = 0; j < 7; ++j)
      s(i, j) = i == j ? 1000.0F : -(x(i, 0) - x(j, 0)) * (x(i, 0) - x(j, 0));
  write_npy(work / "x.npy", x);
  write_npy(work / "s.npy", s);
  const auto given = affinity_json("--precomputed --preference -50 " + (work / "s.npy"));
  const auto own = affinity_json("--preference -50 " + (work / "x.npy"));
  for (const char* key : {"sizes", "exemplars", "n_iter", "net_similarity", "preference"})
    EXPECT_EQ(given[key], own[key]) << key;
  const std::string out = work / "out";
  ASSERT_EQ(cohort_program("affinity --precomputed " + (work / "s.npy") + " --out " + out).code, 0);
  EXPECT_THAT(content_of(out + "/labels.csv"), HasSubstr("row,affinity\n0,"));
  expect_refusal(cohort_program("affinity --precomputed " + (work / "x.npy")), 3,
                 {"as many rows as columns"});
  expect_refusal(cohort_program("affinity --precomputed"), 2, {"--precomputed", ".npy"});
  expect_refusal(cohort_program("affinity --precomputed --compat sklearn " + (work / "s.npy")), 2,
                 {"--precomputed"});
}

TEST(AffinityCommand, TakesAPreferenceForEachRow) {
  const Workspace work;
  write_npy(work / "x.npy", Matrix<float>(4, 1, {0, 1, 10, 11}));
  write_npy(work / "p.npy", Matrix<float>(4, 1, {-1e4F, -1, -1, -1e4F}));
  write_npy(work / "few.npy", Matrix<float>(2, 1, {-1, -1}));
  const std::string x = work / "x.npy";
  EXPECT_EQ(affinity_json(x + " --preferences " + (work / "p.npy"))["exemplars"],
            nlohmann::json({1, 2}));
  expect_refusal(cohort_program("affinity " + x + " --preferences " + (work / "few.npy")), 2,
                 {"2 preferences for 4 rows"});
}

TEST(AffinityCommand, TellsTheRangeOfPreferences) {
  const auto json = affinity_json("--preference-range");
  const auto& range = json["preference_range"];
  EXPECT_LT(range["least"].get<double>(), json["median"].get<double>());
  EXPECT_LT(json["median"].get<double>(), range["largest"].get<double>());
  EXPECT_EQ(range["least_is_exact"], true);
  EXPECT_EQ(json["median"], affinity_json("")["preference"]);
  const Workspace work;
  const std::string out = work / "out";
  ASSERT_EQ(cohort_program("affinity --preference-range --out " + out).code, 0);
  EXPECT_THAT(content_of(out + "/report.html"), HasSubstr("Only the range of preferences"));
  EXPECT_THAT(cohort_program("affinity --preference-range").out,
              HasSubstr("Preferences of affinity propagation"));
}

TEST(AffinityCommand, RefinesTracesAndTellsTheDamping) {
  const auto json = affinity_json("--refine --trace --preference-quantile 0.4");
  EXPECT_TRUE(json["refinement"].contains("net_similarity_before"));
  EXPECT_EQ(json["trace"]["exemplars"].size(), json["n_iter"].get<std::size_t>());
  EXPECT_EQ(json["trace"]["exemplars"].back(), json["n_clusters"]);
  EXPECT_EQ(json["damping"], 0.9);
  EXPECT_EQ(json["approximate"], false);
  EXPECT_EQ(affinity_json("--damping 0.8")["damping"], 0.8);
}

TEST(AffinityCommand, SaysThatItIsApproximate) {
  const Workspace work;
  ASSERT_EQ(cohort_program("generate --rows 3000 --seed 3 -o " + (work / "s.npy")).code, 0);
  const auto json = affinity_json("--approximate hierarchical " + (work / "s.npy"));
  EXPECT_EQ(json["approximate"], true);
  EXPECT_EQ(json["approximation"]["mode"], "hierarchical");
  const std::string out = work / "out";
  EXPECT_THAT(
      cohort_program("affinity --approximate hierarchical --out " + out + " " + (work / "s.npy"))
          .out,
      HasSubstr("affinity propagation is approximate (hierarchical)"));
  EXPECT_THAT(content_of(out + "/report.html"), HasSubstr("approximate (hierarchical)"));
}

TEST(AffinityCommand, DecidesThePreferenceInOneWay) {
  for (const char* flags :
       {"--preference -3 --n-clusters 2", "--preference -3 --preference-quantile 0.5",
        "--n-clusters 2 --preference-quantile 0.5"})
    EXPECT_EQ(cohort_program(std::string("affinity ") + flags).code, 2) << flags;
  expect_refusal(cohort_program("affinity --preference-quantile 2"), 2, {"--preference-quantile"});
  expect_refusal(cohort_program("affinity --n-clusters 0"), 2, {"--n-clusters"});
  expect_refusal(cohort_program("affinity --n-clusters 56"), 3, {"55", "--n-clusters"});
  expect_refusal(cohort_program("affinity --damping much"), 2, {"--damping", "auto"});
  expect_refusal(cohort_program("affinity --compat sklearn --n-clusters 3"), 2, {"--n-clusters"});
  // The command line wins over the recipe.
  const Workspace work;
  const std::string recipe = work.file("r.toml", "[affinity]\nn_clusters = 7\n");
  EXPECT_EQ(affinity_json("--recipe " + recipe)["n_clusters"], 7);
  EXPECT_EQ(affinity_json("--preference -5 --recipe " + recipe)["preference"], -5);
}

}  // namespace
}  // namespace cohort::testing
