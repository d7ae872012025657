// The published analysis of the sample survey, every number of it.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cohort/analysis.hpp"
#include "cohort/read.hpp"
#include "cohort/sample.hpp"

namespace cohort {
namespace {

const nlohmann::json& published() {
  static const nlohmann::json values = [] {
    std::ifstream file(COHORT_TEST_DATA "/published/published.json");
    return nlohmann::json::parse(file);
  }();
  return values;
}

Recipe the_recipe() {
  return parse_recipe(sample_recipe(), "recipe");
}

Table the_table(const Recipe& recipe) {
  ThreadPool pool(1);
  return parse_table(sample_survey(), "sample", read_options(recipe), pool);
}

std::int64_t index_of(const FeatureMatrix& features, const std::string& name) {
  for (std::size_t j = 0; j < features.features.size(); ++j) {
    if (features.features[j].name == name) return static_cast<std::int64_t>(j);
  }
  ADD_FAILURE() << "no feature " << name;
  return 0;
}

double rounded6(double value) {
  return std::round(value * 1e6) / 1e6;
}

Analysis analysis_with(const Recipe& recipe, const Stages& stages) {
  const auto backend = make_cpu_backend(1);
  const Table table = the_table(recipe);
  AnalysisInput input;
  input.features = build_features(table, recipe);
  input.answers = answer_codes(table);
  return analyse(std::move(input), recipe, stages, *backend, {});
}

TEST(Published, HeadAndTailRows) {
  Recipe recipe = the_recipe();
  recipe.features.drop = {"Timestamp"};
  const FeatureMatrix features = build_features(the_table(recipe), recipe);
  ASSERT_EQ(features.x.rows(), 72);
  int cells = 0;
  for (const char* section : {"df_num_head_with_HoursElapsed", "df_num_tail_with_Enthusiasm",
                              "df_num_head_six_columns"}) {
    for (const auto& row : published()[section]) {
      const auto i = row["index"].get<std::int64_t>();
      for (const auto& [name, value] : row.items()) {
        if (name == "index" || name == "Timestamp") continue;
        const double expected =
            value.is_boolean() ? static_cast<double>(value.get<bool>()) : value.get<double>();
        EXPECT_EQ(rounded6(features.x(i, index_of(features, name))), expected)
            << name << " of row " << i;
        ++cells;
      }
    }
  }
  EXPECT_EQ(cells, 5 * 10 + 5 * 11 + 5 * 6);
}

TEST(Published, SortedTable) {
  const FeatureMatrix features = build_features(the_table(the_recipe()), the_recipe());
  for (const auto& row : published()["sorted_by_cluster"]["rows_in_displayed_order"]) {
    const auto i = row["index"].get<std::int64_t>();
    for (const char* name :
         {"Knowledge", "Effort", "IsDeveloper", "IsTeaching", "IsStudent", "Enthusiasm"}) {
      const auto& value = row[name];
      const double expected =
          value.is_boolean() ? static_cast<double>(value.get<bool>()) : value.get<double>();
      EXPECT_EQ(rounded6(features.x(i, index_of(features, name))), expected)
          << name << " of row " << i;
    }
  }
}

TEST(Published, TwentyTopCorrelations) {
  const Analysis analysis = analysis_with(the_recipe(), {.correlate = true});
  const auto expected = published()["top20_abs_correlations"];
  ASSERT_EQ(analysis.correlations.size(), 20U);
  for (std::size_t p = 0; p < 20; ++p) {
    const CorrelatedPair& pair = analysis.correlations[p];
    EXPECT_EQ(analysis.correlated_names[static_cast<std::size_t>(pair.a)], expected[p][0]) << p;
    EXPECT_EQ(analysis.correlated_names[static_cast<std::size_t>(pair.b)], expected[p][1]) << p;
    EXPECT_EQ(rounded6(std::abs(pair.r)), expected[p][2].get<double>()) << p;
  }
  const std::vector<std::string> kept = {"Knowledge",  "Effort",    "IsDeveloper",
                                         "IsTeaching", "IsStudent", "Enthusiasm"};
  ASSERT_EQ(analysis.features.features.size(), kept.size());
  for (std::size_t j = 0; j < kept.size(); ++j)
    EXPECT_EQ(analysis.features.features[j].name, kept[j]);
}

/// The published cluster of each row; the 12 rows not printed are all in cluster 1.
std::vector<int> published_clusters() {
  std::vector<int> clusters(72, 1);
  for (const auto& row : published()["sorted_by_cluster"]["rows_in_displayed_order"]) {
    clusters[row["index"].get<std::size_t>()] = row["Cluster"].get<int>();
  }
  return clusters;
}

bool same_partition(const std::vector<std::int32_t>& labels, const std::vector<int>& clusters) {
  std::map<int, int> there;
  std::map<int, int> back;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (there.try_emplace(labels[i], clusters[i]).first->second != clusters[i]) return false;
    if (back.try_emplace(clusters[i], labels[i]).first->second != labels[i]) return false;
  }
  return true;
}

TEST(Published, KMeansSegments) {
  const Analysis analysis = analysis_with(the_recipe(), {.kmeans = true});
  const KMeansResult& result = analysis.kmeans->result;
  EXPECT_TRUE(same_partition(result.labels, published_clusters()));
  EXPECT_EQ(result.sizes, (std::vector<std::int64_t>{26, 26, 12, 8}));
  EXPECT_NEAR(result.inertia, 192.336419, 5e-6);
  std::vector<double> percent;
  for (const double share : result.shares) percent.push_back(std::round(share * 1000) / 10);
  EXPECT_EQ(percent, (std::vector<double>{36.1, 36.1, 16.7, 11.1}));
}

TEST(Published, KMeansSegmentsFromAThousandSeeds) {
  Recipe recipe = the_recipe();
  const auto backend = make_cpu_backend(1);
  FeatureMatrix features = build_features(the_table(recipe), recipe);
  features =
      without_features(std::move(features), recipe.correlation.drop, backend->host_threads());
  const DataSetPtr data = backend->upload(features.x, {});
  const DataSetPtr scaled =
      backend->scale(*data, fit_scaling(*backend, *data, features, ScaleMethod::standard));
  const std::vector<int> clusters = published_clusters();
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    KMeansParams params = recipe.kmeans.params;
    params.seed = seed;
    EXPECT_TRUE(same_partition(kmeans(*backend, *scaled, params).labels, clusters))
        << "seed " << seed;
  }
}

TEST(Published, AffinityPropagationGivesFiveClustersForEverySeed) {
  const std::vector<std::int64_t> sizes = {28, 20, 16, 6, 2};
  Recipe recipe = the_recipe();
  std::vector<std::int32_t> first_labels;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    recipe.affinity.params.seed = seed;
    const Analysis analysis = analysis_with(recipe, {.affinity = true});
    const AffinityResult& result = analysis.affinity->result;
    EXPECT_TRUE(result.converged) << "seed " << seed;
    EXPECT_EQ(result.sizes, sizes) << "seed " << seed;
    if (seed == 0) first_labels = result.labels;
    EXPECT_EQ(result.labels, first_labels) << "seed " << seed;
  }
}

TEST(Published, AffinityPropagationAsScikitLearnDoesIt) {
  Recipe recipe = the_recipe();
  recipe.affinity.sklearn = true;
  recipe.affinity.params.damping = 0.5;
  recipe.affinity.params.max_iter = 200;
  recipe.affinity.params.convergence_iter = 15;
  const Analysis analysis = analysis_with(recipe, {.affinity = true});
  const AffinityResult& result = analysis.affinity->result;
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.n_iter, 61);
  // scikit-learn 1.2.1, AffinityPropagation(random_state=0), on the six columns of the sample
  const std::vector<std::int32_t> labels = {0, 2, 0, 4, 3, 4, 1, 4, 4, 0, 0, 1, 1, 0, 0, 4, 4, 4,
                                            1, 3, 1, 3, 4, 4, 4, 0, 4, 0, 4, 1, 4, 3, 1, 1, 1, 0,
                                            0, 2, 1, 4, 4, 4, 1, 4, 3, 0, 0, 0, 1, 1, 0, 4, 4, 4,
                                            1, 4, 1, 4, 4, 4, 4, 0, 4, 0, 4, 1, 4, 3, 1, 1, 1, 1};
  EXPECT_EQ(result.labels, labels);
}

TEST(Published, NoticesOfTheSample) {
  const Analysis analysis = analysis_with(the_recipe(), {.affinity = true});
  std::set<std::pair<std::int64_t, std::int64_t>> pairs;
  for (const MatchingPair& pair : analysis.near_duplicates) pairs.emplace(pair.i, pair.j);
  std::set<std::pair<std::int64_t, std::int64_t>> expected;
  for (std::int64_t i = 0; i < 36; ++i) expected.emplace(i, i + 36);
  EXPECT_EQ(pairs, expected);
  EXPECT_EQ(analysis.distinct_rows, 55);
  const auto mentions = [&](const std::string& a, const std::string& b) {
    return std::any_of(analysis.notices.begin(), analysis.notices.end(), [&](const Notice& notice) {
      return notice.text.find(a) != std::string::npos && notice.text.find(b) != std::string::npos;
    });
  };
  EXPECT_TRUE(mentions("72 rows may be 36 people", "36 pairs"));
  EXPECT_TRUE(mentions("WorkAt", "2"));
}

}  // namespace
}  // namespace cohort
