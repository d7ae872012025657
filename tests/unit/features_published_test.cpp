// The sample survey through its own recipe gives the numbers its analysis was published with.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cohort/features.hpp"

#include "tests/support/tables.hpp"

namespace cohort {
namespace {

using nlohmann::json;

json published() {
  std::ifstream file(COHORT_TEST_DATA "/published/published.json");
  return json::parse(file);
}

Recipe recipe_keeping(const std::vector<std::string>& dropped) {
  Recipe recipe = parse_recipe(sample_recipe(), "sample");
  recipe.features.drop = dropped;
  return recipe;
}

std::int64_t index_of(const FeatureMatrix& features, const std::string& name) {
  const auto at = std::find_if(features.features.begin(), features.features.end(),
                               [&](const Feature& feature) { return feature.name == name; });
  EXPECT_NE(at, features.features.end()) << name;
  return at - features.features.begin();
}

// Each number and boolean of a published row, to the digits printed; returns how many there were.
int expect_row(const FeatureMatrix& features, const json& row) {
  int compared = 0;
  for (const auto& [name, value] : row.items()) {
    if (name == "index" || name == "Timestamp" || name == "Cluster") continue;
    const double expected = value.is_boolean() ? (value.get<bool>() ? 1 : 0) : value.get<double>();
    const float found = features.x(row["index"].get<std::int64_t>(), index_of(features, name));
    if (value.is_number_float()) {
      EXPECT_NEAR(found, expected, 5.1e-7) << name;
    } else {
      EXPECT_EQ(found, expected) << name;
    }
    ++compared;
  }
  return compared;
}

TEST(PublishedFeatures, HeadTailAndSortedTable) {
  const json tables = published();
  const FeatureMatrix features =
      build_features(test::sample_table(), recipe_keeping({"Timestamp"}));
  ASSERT_EQ(features.x.rows(), 72);
  int compared = 0;
  for (const char* name :
       {"df_head_without_WorkAt", "df_num_tail_with_WorkAt", "df_num_head_with_HoursElapsed",
        "df_num_tail_with_Enthusiasm", "df_num_head_six_columns"}) {
    for (const json& row : tables[name]) compared += expect_row(features, row);
  }
  for (const json& row : tables["sorted_by_cluster"]["rows_in_displayed_order"]) {
    compared += expect_row(features, row);
  }
  EXPECT_EQ(compared, 40 + 45 + 50 + 55 + 30 + 360);
}

TEST(PublishedFeatures, TheRecipeLeavesTenFeaturesInTableOrder) {
  const FeatureMatrix features =
      build_features(test::sample_table(), parse_recipe(sample_recipe(), "sample"));
  std::vector<std::string> names;
  for (const Feature& feature : features.features) names.push_back(feature.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Knowledge", "Effort", "Degree", "IsResearcher",
                                             "IsML", "IsDeveloper", "IsTeaching", "IsStudent",
                                             "WorkAt", "Enthusiasm"}));
  EXPECT_EQ(features.features[8].kind, FeatureKind::codes);
  EXPECT_EQ(features.features[8].levels.front(), "");
  EXPECT_EQ(features.features[8].levels.at(5), "Employer 06");
  EXPECT_EQ(features.x(8, 8), 1);  // "-"
  EXPECT_EQ(features.x(44, 8), 1);
  EXPECT_EQ(features.x(0, 8), 6);  // Employer 06
  EXPECT_EQ(features.features[9].column, "Timestamp");
  EXPECT_EQ(features.kept_rows(), 72);
}

TEST(PublishedFeatures, TheMissingWorkAtIsTold) {
  const FeatureMatrix features =
      build_features(test::sample_table(), parse_recipe(sample_recipe(), "sample"));
  ASSERT_EQ(features.notices.size(), 2U);
  EXPECT_EQ(features.notices[1].text, "WorkAt: 2 missing values, coded as 1");
}

}  // namespace
}  // namespace cohort
