// Synthetic surveys: the same rows for any number of threads and however many follow, drawn from
// what the population says, and read back as what they are.

#include "cohort/generate.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cohort/agreement.hpp"
#include "cohort/analysis.hpp"
#include "cohort/error.hpp"
#include "cohort/read.hpp"
#include "cohort/sample.hpp"

#include "host/survey/quantile_table.hpp"
#include "tests/support/program.hpp"

namespace cohort::testing {
namespace {

const std::string kTwoSegments =
    "[[segments]]\nname = \"a\"\nshare = 3\n[[segments]]\nname = \"b\"\nshare = 1\n";

Population population_of(const std::string& columns) {
  return parse_population(kTwoSegments + columns, "p.toml");
}

std::string text_of(const Population& population, const GenerateOptions& options, int threads = 1,
                    char delimiter = ',') {
  ThreadPool pool(threads);
  std::string text;
  generate_text(population, options, delimiter, pool,
                [&](std::string_view piece) { text += piece; }, {});
  return text;
}

Table table_of(const std::string& text) {
  ThreadPool pool(1);
  return parse_table(text, "generated", {}, pool);
}

Matrix<float> matrix_of(const Population& population, const GenerateOptions& options,
                        int threads = 1) {
  ThreadPool pool(threads);
  std::string bytes;
  generate_npy(population, options, pool, [&](std::string_view piece) { bytes += piece; }, {});
  const Workspace work;
  return read_npy(work.file("x.npy", bytes));
}

const std::string& text_in(const Table& table, std::size_t column, std::int64_t row) {
  const Column& of = table.columns[column];
  return of.levels[static_cast<std::size_t>(of.codes[static_cast<std::size_t>(row)])];
}

struct Moments {
  double mean = 0, deviation = 0;
};

Moments moments_of(const std::vector<double>& values) {
  double sum = 0;
  double squares = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / static_cast<double>(values.size()))};
}

double correlation_of(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> products;
  const Moments a = moments_of(x);
  const Moments b = moments_of(y);
  for (std::size_t i = 0; i < x.size(); ++i)
    products.push_back((x[i] - a.mean) / a.deviation * (y[i] - b.mean) / b.deviation);
  return moments_of(products).mean;
}

TEST(Generate, TheBytesDoNotDependOnThreadsNorOnTheRowsThatFollow) {
  const Population population = parse_population(sample_population(), "sample");
  const std::string text = text_of(population, {5003, 7, "Segment"});
  EXPECT_EQ(text_of(population, {5003, 7, "Segment"}, 2), text);
  EXPECT_EQ(text_of(population, {5003, 7, "Segment"}, 5), text);
  const std::string fewer = text_of(population, {1001, 7, "Segment"}, 3);
  EXPECT_EQ(text.substr(0, fewer.size()), fewer);
  EXPECT_NE(text_of(population, {1001, 8, "Segment"}), fewer);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5004);
  EXPECT_EQ(text_of(population, {1, 7, ""}), text_of(population, {1, 7, ""}, 4));
}

TEST(Generate, TheMatrixHoldsTheNumbersOfTheText) {
  const Population population = population_of(
      "[columns.Id]\ntype = \"identifier\"\n"
      "[columns.X]\ntype = \"normal\"\nmean = 10\nstd = 30\ndecimals = 3\n"
      "[columns.Size]\ntype = \"category\"\nvalues = [\"4\", \"16\", \"2.5\"]\n"
      "[columns.Yes]\ntype = \"category\"\nvalues = [\"no\", \"yes\"]\n"
      "[columns.Town]\ntype = \"category\"\nvalues = [\"Ulm\", \"Bonn\"]\n"
      "[columns.When]\ntype = \"datetime\"\nfrom = \"2024-02-28 22:00:00\"\nto = \"2024-03-02\"\n");
  const GenerateOptions options{2000, 3, "Truth"};
  const Matrix<float> matrix = matrix_of(population, options);
  EXPECT_EQ(matrix.cols(), 6);
  const Matrix<float> by_five = matrix_of(population, options, 5);
  EXPECT_TRUE(std::equal(matrix.data(), matrix.data() + 12000, by_five.data()));
  const Table table = table_of(text_of(population, options));
  ASSERT_EQ(table.rows, 2000);
  ASSERT_EQ(table.columns.size(), 7U);
  const double start =
      *std::min_element(table.columns[5].values.begin(), table.columns[5].values.end());
  for (std::int64_t i = 0; i < 2000; ++i) {
    const auto row = static_cast<std::size_t>(i);
    ASSERT_EQ(matrix(i, 0), static_cast<float>(table.columns[1].values[row]));
    ASSERT_EQ(matrix(i, 1), static_cast<float>(table.columns[2].values[row]));
    ASSERT_EQ(matrix(i, 2), static_cast<float>(table.columns[3].values[row]));
    ASSERT_EQ(matrix(i, 5) == 0, text_in(table, 6, i) == "a");
    ASSERT_EQ(matrix(i, 3), text_in(table, 4, i) == "Ulm" ? 1.0F : 2.0F);
    // 2024 has a 29th of February: 50 hours in all.
    ASSERT_TRUE(matrix(i, 4) >= 0 && matrix(i, 4) <= 50);
    ASSERT_NEAR(matrix(i, 4) - matrix(0, 4),
                (table.columns[5].values[row] - table.columns[5].values[0]) / 3600, 1e-4);
    ASSERT_GE(table.columns[5].values[row], start);
  }
}

TEST(Generate, AnswersFollowTheirDistributions) {
  const Population population = population_of(
      "[columns.Normal]\ntype = \"normal\"\nmean = -5\nstd = 2\ndecimals = 6\n"
      "segments.b = { mean = 40 }\n"
      "[columns.Income]\ntype = \"log-normal\"\nmedian = 1000\nsigma = 0.5\ndecimals = 2\n"
      "[columns.Level]\ntype = \"ordinal\"\nlevels = [\"1\", \"2\", \"3\", \"4\", \"5\"]\n"
      "mean = 2\nstd = 1\n"
      "[columns.Pick]\ntype = \"category\"\nvalues = [\"10\", \"20\", \"30\"]\n"
      "shares = [5, 0, 3]\n"
      "[columns.Soon]\ntype = \"datetime\"\nfrom = \"2024-01-01\"\nto = \"2024-02-01\"\n"
      "half_life_hours = 10\n");
  constexpr std::int64_t n = 20000;
  const Matrix<float> x = matrix_of(population, {n, 11, "Truth"});
  std::vector<double> normal, logs, incomes, levels, picks, hours;
  std::int64_t in_b = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const bool b = x(i, 5) == 1;
    in_b += b ? 1 : 0;
    normal.push_back(static_cast<double>(x(i, 0)) - (b ? 40 : -5));
    logs.push_back(std::log(static_cast<double>(x(i, 1)) / 1000));
    levels.push_back(static_cast<double>(x(i, 2)));
    picks.push_back(static_cast<double>(x(i, 3)));
    hours.push_back(static_cast<double>(x(i, 4)));
  }
  const double error = 5 / std::sqrt(static_cast<double>(n));  // five standard errors
  EXPECT_NEAR(static_cast<double>(in_b) / n, 0.25, 0.44 * error);
  EXPECT_NEAR(moments_of(normal).mean, 0, 2 * error);
  EXPECT_NEAR(moments_of(normal).deviation, 2, 2 * error);
  EXPECT_NEAR(moments_of(logs).mean, 0, 0.5 * error);
  EXPECT_NEAR(moments_of(logs).deviation, 0.5, 0.5 * error);
  std::map<double, double> at;
  for (const double level : levels) at[level] += 1.0 / n;
  EXPECT_NEAR(at[1], 0.308538, 0.5 * error);  // below 1.5: half a deviation under the mean
  EXPECT_NEAR(at[2], 0.382925, 0.5 * error);
  EXPECT_NEAR(at[3], 0.241730, 0.5 * error);
  EXPECT_NEAR(at[5], 0.006210, 0.08 * error);
  EXPECT_EQ(std::count(picks.begin(), picks.end(), 20.0), 0);
  EXPECT_NEAR(static_cast<double>(std::count(picks.begin(), picks.end(), 10.0)) / n, 0.625,
              0.5 * error);
  const auto within = [&](double limit) {
    return static_cast<double>(
               std::count_if(hours.begin(), hours.end(), [&](double h) { return h < limit; })) /
           n;
  };
  EXPECT_NEAR(within(10), 0.5, 0.5 * error);
  EXPECT_NEAR(within(20), 0.75, 0.5 * error);
}

TEST(Generate, PairsCorrelateAndNoiseDoesNot) {
  const Population population = population_of(
      "[columns.A]\ntype = \"normal\"\ndecimals = 6\n"
      "[columns.B]\ntype = \"normal\"\ndecimals = 6\ncorrelated = { with = \"A\", r = -0.7 }\n"
      "[columns.C]\ntype = \"normal\"\ndecimals = 6\n"
      "[columns.Same]\ntype = \"normal\"\ndecimals = 6\ncorrelated = { with = \"A\", r = 1 }\n");
  const Matrix<float> x = matrix_of(population, {20000, 5, ""});
  std::vector<std::vector<double>> columns(4);
  for (std::int64_t i = 0; i < x.rows(); ++i)
    for (std::int64_t j = 0; j < 4; ++j)
      columns[static_cast<std::size_t>(j)].push_back(static_cast<double>(x(i, j)));
  EXPECT_NEAR(correlation_of(columns[0], columns[1]), -0.7, 0.02);
  EXPECT_NEAR(correlation_of(columns[0], columns[2]), 0, 0.035);
  EXPECT_NEAR(moments_of(columns[1]).deviation, 1, 0.03);
  EXPECT_EQ(columns[0], columns[3]);
}

TEST(Generate, SomeAnswerTwiceAndSomethingNew) {
  const Population population =
      parse_population("[repeats]\nshare = 0.25\nafter = 10\n" + kTwoSegments +
                           "[columns.Id]\ntype = \"identifier\"\ntext = \"p{}\"\n"
                           "[columns.Kept]\ntype = \"normal\"\ndecimals = 9\n"
                           "[columns.New]\ntype = \"normal\"\ndecimals = 9\nredrawn = 0.4\n",
                       "p.toml");
  const Table table = table_of(text_of(population, {20000, 2, "Truth"}));
  std::int64_t again = 0;
  std::int64_t anew = 0;
  for (std::int64_t i = 0; i < table.rows; ++i) {
    if (text_in(table, 0, i) == fmt::format("p{}", i + 1)) continue;
    const std::int64_t first = i - 10;
    ++again;
    ASSERT_EQ(text_in(table, 0, i), fmt::format("p{}", first + 1));
    ASSERT_EQ(text_in(table, 0, i), text_in(table, 0, first));
    ASSERT_EQ(table.columns[1].values[static_cast<std::size_t>(i)],
              table.columns[1].values[static_cast<std::size_t>(first)]);
    ASSERT_EQ(text_in(table, 3, i), text_in(table, 3, first));
    anew += table.columns[2].values[static_cast<std::size_t>(i)] !=
                    table.columns[2].values[static_cast<std::size_t>(first)]
                ? 1
                : 0;
  }
  EXPECT_NEAR(static_cast<double>(again), 5000, 250);
  EXPECT_NEAR(static_cast<double>(anew) / static_cast<double>(again), 0.4, 0.035);
}

TEST(Generate, MissingAnswersBoundsAndQuotes) {
  const Population population = population_of(
      "[columns.\"a,b\"]\ntype = \"category\"\nvalues = [\"say \\\"hi\\\"\", \"x,y\", "
      "\"two\\nlines\"]\n"
      "[columns.Half]\ntype = \"normal\"\nmean = 0\nstd = 100\nleast = -1.26\ngreatest = 1.26\n"
      "decimals = 1\nmissing = 0.5\nmissing_text = \"n/a\"\n"
      "[columns.Never]\ntype = \"category\"\nvalues = [\"x\"]\nmissing = 1\n"
      "[columns.When]\ntype = \"datetime\"\nfrom = \"2024-01-01\"\nto = \"2024-01-02\"\n"
      "format = \"%d.%m.%y, %R\"\n");
  const std::string text = text_of(population, {4000, 1, "S"});
  EXPECT_EQ(text.substr(0, text.find('\n')), "\"a,b\",Half,Never,When,S");
  EXPECT_NE(text.find("\"say \"\"hi\"\"\","), std::string::npos);
  EXPECT_NE(text.find("\"two\nlines\","), std::string::npos);
  EXPECT_NE(text.find(",\"01.01.24, 13:"), std::string::npos);
  const Table table = table_of(text);
  ASSERT_EQ(table.rows, 4000);
  std::int64_t missing = 0;
  for (const double value : table.columns[1].values) {
    missing += std::isnan(value) ? 1 : 0;
    // The outermost numbers of one decimal that lie between the bounds.
    if (!std::isnan(value)) {
      ASSERT_TRUE(std::abs(value) <= 1.2);
    }
  }
  EXPECT_NEAR(static_cast<double>(missing), 2000, 160);
}

TEST(Generate, WhatCannotBeWrittenIsRefused) {
  const Population ids = population_of("[columns.Id]\ntype = \"identifier\"\n");
  EXPECT_THROW(matrix_of(ids, {5, 0, ""}), UsageError);
  EXPECT_THROW(text_of(ids, {5, 0, "Id"}), UsageError);
  EXPECT_NO_THROW(text_of(ids, {5, 0, "Ids"}));
  const Population huge =
      population_of("[columns.X]\ntype = \"log-normal\"\nsigma = 100\ndecimals = 2\n");
  EXPECT_THROW(text_of(huge, {5, 0, ""}), UsageError);
  const Population between =
      population_of("[columns.X]\ntype = \"normal\"\nleast = 0.2\ngreatest = 0.8\n");
  EXPECT_THROW(text_of(between, {5, 0, ""}), UsageError);
}

TEST(QuantileTable, FollowsTheNormalDistributionIntoItsTails) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-15);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(1e-9), -5.997807015007686, 1e-9);
  const QuantileTable table(normal_quantile);
  const auto at = [&](double p) { return table.at(static_cast<std::uint32_t>(p * 0x1p32)); };
  for (const double p : {0.01, 0.05, 0.3, 0.5, 0.77, 0.95, 0.99})
    EXPECT_NEAR(at(p), normal_quantile(p), 1e-3) << p;
  // Where the curve bends most under one straight line.
  for (const double p : {1e-6, 1.5e-6, 1e-5, 0.0009, 0.0015, 0.9985, 0.9991, 0.99999})
    EXPECT_NEAR(at(p), normal_quantile(p), 0.02) << p;
  EXPECT_LT(table.at(0), -4.9);
  EXPECT_GT(table.at(~std::uint32_t{0}), 4.9);
}

// What the generator is for: an analysis of the sample finds the segments it put there.
TEST(Generate, KMeansFindsTheSegmentsOfTheSample) {
  const Population population = parse_population(sample_population(), "sample");
  const std::string text = text_of(population, {3000, 1, ""}, 2, '\t');
  const Recipe recipe = parse_recipe(sample_recipe(), "the sample's recipe");
  ThreadPool pool(2);
  const Table table = parse_table(text, "generated", read_options(recipe), pool);
  AnalysisInput input;
  input.features = build_features(table, recipe);
  const auto backend = make_cpu_backend(2);
  Stages stages;
  stages.correlate = stages.kmeans = true;
  const Analysis analysis = analyse(std::move(input), recipe, stages, *backend, {});
  ASSERT_EQ(analysis.features.kept_rows(), 3000);
  EXPECT_EQ(analysis.features.x.cols(), 6);

  const Matrix<float> truth = matrix_of(population, {3000, 1, "Segment"});
  std::vector<std::int32_t> segments;
  std::vector<std::int64_t> sizes(4);
  for (std::int64_t i = 0; i < 3000; ++i) {
    segments.push_back(static_cast<std::int32_t>(truth(i, truth.cols() - 1)));
    ++sizes[static_cast<std::size_t>(segments.back())];
  }
  EXPECT_GT(adjusted_rand_index(segments, analysis.kmeans->result.labels), 0.95);
  EXPECT_NEAR(static_cast<double>(sizes[0]), 3000 * 26.0 / 72, 180);
  EXPECT_NEAR(static_cast<double>(sizes[3]), 3000 * 8.0 / 72, 120);
}

}  // namespace
}  // namespace cohort::testing
