#include "host/survey/derive.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "host/survey/moments.hpp"
#include "tests/support/tables.hpp"

namespace cohort {
namespace {

using test::kNaN;
using test::numbers;
using test::table_of;
using test::texts;

LargeVector<double> derived(const Table& table, const std::string& toml) {
  ThreadPool pool(2);
  const auto columns = derive(table, parse_recipe(toml, "r.toml"), pool);
  return columns.back().features.front().owned;
}

std::string refused(const Table& table, const std::string& toml) {
  try {
    (void)derived(table, toml);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

std::string step(const std::string& from, const std::string& what, const std::string& name = "z") {
  return "[[derive]]\nname = \"" + name + "\"\nfrom = \"" + from + "\"\n" + what + "\n";
}

// 10:59:59, 11:00:00 and 12:30 of one day and 00:15 of the next; 1969 counts downwards.
Table clock() {
  return table_of({numbers("At", {39600, 39599, kNaN, 45000, 87300}, ColumnType::datetime),
                   numbers("Early", {-1, 0, 3600, kNaN, -3601}, ColumnType::datetime)});
}

void expect_same(std::span<const double> found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(found[i])) << i;
    } else {
      EXPECT_DOUBLE_EQ(found[i], expected[i]) << i;
    }
  }
}

TEST(Elapsed, CountsWholeUnitsOfTheClock) {
  expect_same(derived(clock(), step("At", "elapsed = \"hours\"")), {1, 0, kNaN, 2, 14});
  expect_same(derived(clock(), step("At", "elapsed = \"days\"")), {0, 0, kNaN, 0, 1});
  expect_same(derived(clock(), step("At", "elapsed = \"minutes\"")), {1, 0, kNaN, 91, 796});
  expect_same(derived(clock(), step("At", "elapsed = \"seconds\"")), {1, 0, kNaN, 5401, 47701});
  expect_same(derived(clock(), step("Early", "elapsed = \"hours\"")), {1, 2, 3, kNaN, 0});
}

TEST(Gaussian, IsTheDensity) {
  const Table table = table_of({numbers("x", {0, 40, -80, kNaN})});
  const double peak = 1 / (40 * std::sqrt(2 * M_PI));
  expect_same(derived(table, step("x", "gaussian = { std = 40 }")),
              {peak, peak * std::exp(-0.5), peak * std::exp(-2.0), kNaN});
}

TEST(Standardize, UsesTheSampleDeviationOfWhatIsThere) {
  const Table table = table_of({numbers("x", {1, 2, kNaN, 3, 4})});
  const double deviation = std::sqrt(5.0 / 3);
  expect_same(derived(table, step("x", "standardize = true")),
              {-1.5 / deviation, -0.5 / deviation, kNaN, 0.5 / deviation, 1.5 / deviation});
}

TEST(Derive, BuildsOnEarlierStepsAndEncodedColumns) {
  const Table table = table_of({texts("Mood", {"low", "high", "mid"}), numbers("n", {1, 2, 3})});
  const std::string ordinal =
      "[columns.Mood]\nencoding = \"ordinal\"\nlevels = [\"low\", \"mid\", \"high\"]\n"
      "reverse = true\nmissing = \"mode\"\n";
  const std::string chain =
      ordinal + step("Mood", "standardize = true", "a") + step("a", "gaussian = { std = 1 }", "b");
  ThreadPool pool(1);
  const auto columns = derive(table, parse_recipe(chain, "r.toml"), pool);
  ASSERT_EQ(columns.size(), 2U);
  expect_same(columns[0].features[0].owned, {1, -1, 0});
  EXPECT_DOUBLE_EQ(columns[1].features[0].owned[2], 1 / std::sqrt(2 * M_PI));
  EXPECT_EQ(columns[1].features[0].feature.column, "Mood");
  EXPECT_EQ(columns[1].policy, MissingPolicy::mode);
  EXPECT_EQ(columns[1].features[0].feature.kind, FeatureKind::derived);
}

TEST(Derive, RefusesWhatMakesNoSense) {
  const Table table = table_of({texts("City", {"a", "b"}), numbers("n", {3, 3}),
                                numbers("At", {1, 2}, ColumnType::datetime),
                                numbers("none", {kNaN, kNaN}), numbers("far", {1, INFINITY})});
  EXPECT_EQ(refused(table, step("n", "elapsed = \"hours\"")),
            "r.toml:1:1: elapsed needs a datetime, and 'n' is a number");
  EXPECT_EQ(refused(table, step("At", "standardize = true")),
            "r.toml:1:1: 'At' is a datetime; say elapsed = \"hours\" first");
  EXPECT_EQ(refused(table, step("City", "standardize = true")),
            "r.toml:1:1: nothing can be computed from 'City', which has no order; declare its "
            "levels with encoding = \"ordinal\", or take a number");
  EXPECT_EQ(refused(table, step("n", "standardize = true")),
            "r.toml:1:1: 'z' cannot be standardized: its standard deviation is 0");
  EXPECT_EQ(refused(table, step("none", "standardize = true")),
            "r.toml:1:1: 'z' cannot be derived: 'none' has no value in any row");
  EXPECT_EQ(refused(table, step("far", "standardize = true")),
            "survey.csv:3:5: column 'far' is infinite; declare the cell as missing or correct it");
  EXPECT_EQ(
      refused(table, step("n", "gaussian = { std = 1 }", "a") + step("a", "elapsed = \"days\"")),
      "r.toml:5:1: elapsed needs a datetime, and 'a' is derived");
}

TEST(Moments, DoNotDependOnTheOrder) {
  std::mt19937_64 random(7);
  std::vector<double> values;
  for (int i = 0; i < 100'017; ++i) {
    values.push_back(
        std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(i % 40) - 60));
  }
  ThreadPool pool(2);
  const Moments first = moments_of(values, pool);
  for (int round = 0; round < 5; ++round) {
    std::shuffle(values.begin(), values.end(), random);
    EXPECT_EQ(moments_of(values, pool).mean, first.mean);
    EXPECT_EQ(moments_of(values, pool).deviation, first.deviation);
  }
}

TEST(Moments, AreRightFarFromZeroAndForFewCells) {
  ThreadPool pool(1);
  EXPECT_EQ(moments_of(std::vector<double>{1e9 + 1, 1e9 + 2, kNaN, 1e9 + 3}, pool).mean, 1e9 + 2);
  EXPECT_EQ(moments_of(std::vector<double>{1e9 + 1, 1e9 + 2, 1e9 + 3}, pool).deviation, 1);
  EXPECT_EQ(moments_of(std::vector<double>{kNaN, 5}, pool).mean, 5);
  EXPECT_EQ(moments_of(std::vector<double>{kNaN, 5}, pool).deviation, 0);
  EXPECT_EQ(moments_of(std::vector<double>{-2, -2, -2}, pool).deviation, 0);
  EXPECT_NEAR(moments_of(std::vector<double>{1e-300, 3e-300}, pool).mean, 2e-300, 1e-310);
}

TEST(Median, IsTheMiddleOrHalfWayBetweenTwo) {
  EXPECT_EQ(median_of(std::vector<double>{9}), 9);
  EXPECT_EQ(median_of(std::vector<double>{9, kNaN, 1, 5}), 5);
  EXPECT_EQ(median_of(std::vector<double>{9, 1, 5, 2}), 3.5);
  EXPECT_EQ(median_of(std::vector<double>{4, 4, 4, 1}), 4);
}

TEST(Mode, IsTheMostFrequentAndOfTiesTheLowest) {
  EXPECT_EQ(mode_of(std::vector<double>{3, 1, 3, kNaN, kNaN, kNaN}), 3);
  EXPECT_EQ(mode_of(std::vector<double>{3, 1, 3, 1, 2}), 1);
}

TEST(Derive, TellsTheCurveItApplied) {
  const Table table = table_of({numbers("x", {0, 1, 2, kNaN, 48})});
  ThreadPool pool(2);
  const auto columns = derive(
      table, parse_recipe(step("x", "gaussian = { std = 40 }\nstandardize = true"), "r.toml"),
      pool);
  const auto& found = columns.front().derivation;
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->name, "z");
  EXPECT_EQ(found->from, "x");
  EXPECT_EQ(found->gaussian_std, 40);
  EXPECT_EQ(found->least, 0);
  EXPECT_EQ(found->greatest, 48);
  ASSERT_EQ(found->counts.size(), 48U);
  EXPECT_EQ(found->counts[0], 1);
  EXPECT_EQ(found->counts[2], 1);
  EXPECT_EQ(found->counts[47], 1);
  const double height = std::exp(0.0) / (40 * std::sqrt(2 * std::acos(-1.0)));
  EXPECT_NEAR((height - found->mean) / found->deviation, columns.front().features.front().owned[0],
              1e-12);
}

TEST(Derive, HasNoCurveOfElapsedTimeAlone) {
  ThreadPool pool(1);
  EXPECT_FALSE(derive(clock(), parse_recipe(step("At", "elapsed = \"hours\""), "r.toml"), pool)
                   .front()
                   .derivation.has_value());
}

}  // namespace
}  // namespace cohort
