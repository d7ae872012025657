// What happens without a recipe, and the starting recipe that says the same.
#include <cstring>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cohort/error.hpp"
#include "cohort/features.hpp"

#include "tests/support/tables.hpp"

namespace cohort {
namespace {

using test::kNaN;
using test::numbers;
using test::table_of;
using test::texts;

std::vector<double> counting(double first, int rows) {
  std::vector<double> values;
  for (int i = 0; i < rows; ++i) values.push_back(first + i);
  return values;
}

// Twelve rows with everything that is left out by default, and awkward names.
Table everything() {
  std::vector<std::string> keys, essays, halves;
  for (int i = 0; i < 12; ++i) {
    keys.push_back(fmt::format("key{}", i));
    essays.push_back(fmt::format("essay {}", i % 6));
    halves.push_back(i % 3 == 0 ? "picked" : "");
  }
  std::vector<double> hours = counting(1e9, 12);
  std::vector<double> spread, gaps, mostly;
  for (int i = 0; i < 12; ++i) {
    spread.push_back(1540829109.0 + 5000 * i);
    gaps.push_back(i == 4 ? kNaN : i * i % 7);
    mostly.push_back(i < 3 ? kNaN : 1);
  }
  Table table = table_of(
      {numbers("Nr", counting(1, 12)), texts("Key", keys, ColumnType::text),
       texts("Essay", essays, ColumnType::text), texts("Picked", halves),
       numbers("Same", std::vector<double>(12, 3.5)), numbers("Gaps, \"some\"", gaps),
       numbers("Only", mostly, ColumnType::boolean), numbers("None", std::vector<double>(12, kNaN)),
       numbers("One hour", hours, ColumnType::datetime),
       numbers("When\n?", spread, ColumnType::datetime), numbers("Halves", counting(0.5, 12))});
  table.columns[9].format = "%d/%m/%Y";
  return table;
}

std::vector<std::string> texts_of(const Notices& notices) {
  std::vector<std::string> all;
  for (const Notice& notice : notices) all.push_back(notice.text);
  return all;
}

TEST(WithoutARecipe, EveryDecisionIsTold) {
  const FeatureMatrix features = build_features(everything(), Recipe{});
  std::vector<std::string> names;
  for (const Feature& feature : features.features) names.push_back(feature.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Picked", "Gaps, \"some\"", "When\n?", "Halves"}));
  EXPECT_EQ(
      texts_of(features.notices),
      (std::vector<std::string>{
          "left out 1 column of identifiers (nearly every text differs): Key",
          "left out 1 column that numbers the rows: Nr", "left out 1 column of free text: Essay",
          "left out 3 constant columns: Same, Only, One hour",
          "left out 1 column without any value: None",
          "dates became whole hours since the earliest: When\n?",
          "texts became codes 1, 2, ... in the order of the alphabet, whose distances mean "
          "little (a recipe can say \"one-hot\" or \"ordinal\"): Picked",
          "Picked: 8 missing values, coded as 1",
          "missing cells in columns that are no features: Only 3, None 12",
          "dropped 1 of 12 rows: Gaps, \"some\" missing in 1"}));
}

TEST(WithoutARecipe, ManyColumnsAreOneNotice) {
  std::vector<Column> columns{numbers("x", {1, 2})};
  for (int i = 0; i < 300; ++i) columns.push_back(numbers(fmt::format("c{}", i), {7, 7}));
  const auto features = build_features(table_of(columns), Recipe{});
  EXPECT_EQ(texts_of(features.notices),
            std::vector<std::string>{
                "left out 300 constant columns: c0, c1, c2, c3, c4, c5 and 294 more"});
}

TEST(WithoutARecipe, NothingLeftIsAnError) {
  try {
    (void)build_features(table_of({texts("Key", {"a", "b", "c"}, ColumnType::text)}), Recipe{});
    FAIL();
  } catch (const DataError& error) {
    EXPECT_EQ(std::string(error.what()),
              "survey.csv: no column is left to be a feature: left out 1 column of identifiers "
              "(nearly every text differs): Key; name columns under [features] keep, and say how "
              "texts become features in their [columns] sections");
  }
  Table none = table_of({numbers("x", {})});
  EXPECT_THROW((void)build_features(none, Recipe{}), DataError);
}

TEST(NamedColumns, AreKeptWhereTheyHaveValues) {
  const auto features = build_features(
      everything(), parse_recipe("[features]\nkeep = [\"Same\", \"Nr\", \"One hour\"]", "r.toml"));
  EXPECT_EQ(features.features.size(), 3U);
  ASSERT_FALSE(features.notices.empty());
  bool warned = false;
  for (const Notice& notice : features.notices) {
    warned = warned || (notice.level == Notice::Level::warning &&
                        notice.text ==
                            "kept because the recipe names it, but constant and "
                            "without effect: Same, One hour");
  }
  EXPECT_TRUE(warned);
  const auto refuse = [](const std::string& toml) {
    try {
      (void)build_features(everything(), parse_recipe(toml, "r.toml"));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(refuse("[columns.None]\ntype = \"number\""),
            "survey.csv: column 'None' has no value in any row; take it out of the recipe, or "
            "check its missing tokens and type");
  EXPECT_EQ(refuse("[features]\nkeep = [\"Essay\"]"),
            "r.toml:2:9: 'Essay' is free text, 6 texts; say how it becomes a feature with encoding "
            "= \"codes\", \"one-hot\" or \"multi\" in its [columns] section");
}

// The pairs of rows i and i + 36 of the sample differ in Knowledge and Degree alone.
TEST(AnswerCodes, OfTheSampleAgreeInEveryPair) {
  const auto answers = answer_codes(test::sample_table());
  ASSERT_EQ(answers.cols(), 12);
  for (std::int64_t i = 0; i < 36; ++i) {
    for (const std::int64_t j : {0, 1, 2, 4, 6, 7, 8, 9, 10, 11}) {
      EXPECT_EQ(answers(i, j), answers(i + 36, j)) << i << ", " << j;
    }
  }
}

void expect_same_features(const Table& table) {
  const FeatureMatrix without = build_features(table, Recipe{});
  const std::string toml = starting_recipe(table, {});
  const FeatureMatrix with = build_features(table, parse_recipe(toml, "start.toml"));
  ASSERT_EQ(with.x.rows(), without.x.rows()) << toml;
  ASSERT_EQ(with.x.cols(), without.x.cols()) << toml;
  const auto bytes = static_cast<std::size_t>(with.x.rows() * with.x.cols()) * sizeof(float);
  EXPECT_EQ(std::memcmp(with.x.data(), without.x.data(), bytes), 0);
  EXPECT_EQ(with.rows, without.rows);
  for (std::size_t j = 0; j < with.features.size(); ++j) {
    EXPECT_EQ(with.features[j].name, without.features[j].name);
    EXPECT_EQ(with.features[j].kind, without.features[j].kind);
    EXPECT_EQ(with.features[j].levels, without.features[j].levels);
    EXPECT_EQ(with.features[j].block_weight, without.features[j].block_weight);
  }
}

TEST(StartingRecipe, MeansWhatNoRecipeMeans) {
  expect_same_features(test::sample_table());
  expect_same_features(everything());
  expect_same_features(table_of({numbers("x", {1, kNaN, 3}), texts("[y]", {"", "\"b\\", "c"})}));
  expect_same_features(table_of({numbers("", {1, 2}), numbers("\xc3\xa9t\xc3\xa9 = 1", {2, 5})}));
}

TEST(StartingRecipe, HoldsTheDefaultsOfEverySection) {
  const Recipe start = parse_recipe(starting_recipe(test::sample_table(), {}), "start.toml");
  const Recipe defaults;
  EXPECT_EQ(start.scale.method, defaults.scale.method);
  EXPECT_EQ(start.correlation.top, defaults.correlation.top);
  EXPECT_EQ(start.correlation.drop_above, defaults.correlation.drop_above);
  EXPECT_EQ(start.features.missing, defaults.features.missing);
  EXPECT_EQ(start.features.weight, defaults.features.weight);
  EXPECT_EQ(start.pca.n_components, defaults.pca.n_components);
  EXPECT_EQ(start.pca.scale, defaults.pca.scale);
  EXPECT_EQ(start.kmeans.params.n_clusters, defaults.kmeans.params.n_clusters);
  EXPECT_EQ(start.kmeans.params.init, defaults.kmeans.params.init);
  EXPECT_EQ(start.kmeans.params.n_init, defaults.kmeans.params.n_init);
  EXPECT_EQ(start.kmeans.params.max_iter, defaults.kmeans.params.max_iter);
  EXPECT_EQ(start.kmeans.params.tol, defaults.kmeans.params.tol);
  EXPECT_EQ(start.kmeans.params.seed, defaults.kmeans.params.seed);
  EXPECT_EQ(start.kmeans.scale, defaults.kmeans.scale);
  EXPECT_EQ(start.affinity.params.damping, defaults.affinity.params.damping);
  EXPECT_EQ(start.affinity.params.max_iter, defaults.affinity.params.max_iter);
  EXPECT_EQ(start.affinity.params.convergence_iter, defaults.affinity.params.convergence_iter);
  EXPECT_EQ(start.affinity.params.preference, defaults.affinity.params.preference);
  EXPECT_EQ(start.affinity.params.form, defaults.affinity.params.form);
  EXPECT_EQ(start.affinity.scale, defaults.affinity.scale);
  EXPECT_EQ(start.duplicates.threshold, defaults.duplicates.threshold);
  EXPECT_EQ(start.columns.size(), 10U);
  EXPECT_EQ(start.features.drop, (std::vector<std::string>{"Email address", "Name"}));
  EXPECT_EQ(start.columns[0].format, "%d/%m/%Y %H:%M:%S");
}

TEST(StartingRecipe, RepeatsHowTheTableWasRead) {
  Recipe::Read read;
  read.missing = {"-", "don't \"know\""};
  read.delimiter = ';';
  read.decimal = ',';
  read.header = false;
  read.ragged = Ragged::fill;
  const Recipe start = parse_recipe(starting_recipe(test::sample_table(), read), "start.toml");
  EXPECT_EQ(start.read.missing, read.missing);
  EXPECT_EQ(start.read.delimiter, read.delimiter);
  EXPECT_EQ(start.read.decimal, read.decimal);
  EXPECT_EQ(start.read.header, read.header);
  EXPECT_EQ(start.read.ragged, read.ragged);
}

}  // namespace
}  // namespace cohort
