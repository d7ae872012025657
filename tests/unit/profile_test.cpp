#include "cohort/profile.hpp"

#include <map>

#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/unit/statistics_data.hpp"

namespace cohort {
namespace {

using Labels = std::vector<std::int32_t>;

FeatureMatrix survey(Matrix<float> x, std::vector<Feature> features) {
  FeatureMatrix result;
  result.x = std::move(x);
  result.features = std::move(features);
  return result;
}

Feature feature(const std::string& name, FeatureKind kind, std::vector<std::string> levels = {}) {
  Feature result;
  result.name = name;
  result.kind = kind;
  result.levels = std::move(levels);
  return result;
}

Profiles profiles(const FeatureMatrix& features, const Matrix<float>& scaled, const Labels& labels,
                  std::int64_t k, int threads = 2) {
  ThreadPool pool(threads);
  return profile_clusters(features, scaled, labels, k, pool);
}

FeatureMatrix one_number(std::vector<float> values, const std::string& name = "Effort") {
  const auto n = static_cast<std::int64_t>(values.size());
  return survey({n, 1, std::move(values)}, {feature(name, FeatureKind::number)});
}

TEST(Profiles, HoldMeansModesSharesAndDifferences) {
  const FeatureMatrix features = one_number({2, 2, 8, 4, 4, 4, 100});
  const Labels labels = {0, 0, 0, 1, 1, 1, -1};
  const Profiles found = profiles(features, features.x, labels, 3);
  EXPECT_NEAR(found.everyone[0].mean, 124.0 / 7, 1e-12);
  EXPECT_EQ(found.everyone[0].mode, 4);
  EXPECT_NEAR(found.everyone[0].mode_share, 3.0 / 7, 1e-15);
  const ClusterProfile& first = found.clusters[0];
  EXPECT_EQ(first.size, 3);
  EXPECT_NEAR(first.share, 3.0 / 7, 1e-15);
  EXPECT_NEAR(first.features[0].mean, 4, 1e-12);
  EXPECT_EQ(first.features[0].mode, 2);
  EXPECT_NEAR(first.features[0].mode_share, 2.0 / 3, 1e-15);
  const double deviation = std::sqrt((4 + 4 + 64 + 3 * 16 + 10000) / 7.0 - 124.0 / 7 * 124 / 7);
  EXPECT_NEAR(first.features[0].difference, (4 - 124.0 / 7) / deviation, 1e-12);
  EXPECT_EQ(found.clusters[2].size, 0);
  EXPECT_EQ(found.clusters[2].medoid, -1);
  EXPECT_EQ(found.clusters[2].words, "nobody");
}

TEST(Profiles, TellHowMuchOfAFeatureTheClustersExplain) {
  const FeatureMatrix features =
      survey({6, 4, {1, 0, 1, 7, 3, 0, 2, 7, 1, 0, 1, 7, 3, 1, 2, 7, 5, 0, 2, 7, 5, 1, 3, 7}},
             {feature("Within", FeatureKind::number), feature("Is", FeatureKind::boolean),
              feature("Code", FeatureKind::codes, {"a", "b", "c"}),
              feature("Constant", FeatureKind::number)});
  const Labels labels = {0, 0, 0, 1, 1, 1};
  const std::vector<double> power = profiles(features, features.x, labels, 2).power;
  // Means 5/3 and 13/3 about 3; the variance is 16/6.
  EXPECT_NEAR(power[0], (16.0 / 9) / (16.0 / 6), 1e-12);
  EXPECT_NEAR(power[1], 0.5, 1e-12);
  // Chi squared of {2 1 0, 0 2 1} is 10/3, of 6 rows.
  EXPECT_NEAR(power[2], 10.0 / 18, 1e-12);
  EXPECT_EQ(power[3], 0);
}

TEST(Profiles, ClustersThatAreALevelExplainAllOfIt) {
  const FeatureMatrix features =
      survey({4, 1, {1, 2, 3, 3}}, {feature("Code", FeatureKind::codes, {"a", "b", "c"})});
  EXPECT_EQ(profiles(features, features.x, {0, 1, 2, 2}, 3).power.front(), 1);
  EXPECT_EQ(profiles(features, features.x, {0, 0, 0, 0}, 1).power.front(), 0);
}

TEST(Profiles, BreakTiesByTheLowestValueAndRow) {
  const FeatureMatrix features = one_number({5, 3, 3, 5, -0.0F, 0, 1});
  const Profiles found = profiles(features, features.x, Labels{0, 0, 0, 0, 1, 1, 1}, 2);
  EXPECT_EQ(found.clusters[0].features[0].mode, 3);
  EXPECT_EQ(found.clusters[0].medoid, 0);
  EXPECT_EQ(found.clusters[1].features[0].mode, 0);
  EXPECT_NEAR(found.clusters[1].features[0].mode_share, 2.0 / 3, 1e-15);
}

// Enough rows for many parts, values met once and values met often.
TEST(Profiles, FindModesAmongManyRowsOnAnyNumberOfThreads) {
  const std::int64_t n = 50001;
  Matrix<float> x = test::random_matrix(n, 3, 83, 0, 1000);
  Labels labels;
  for (std::int64_t i = 0; i < n; ++i) {
    x(i, 1) = std::round(x(i, 1));
    x(i, 2) = std::round(x(i, 2) / 300);
    labels.push_back(static_cast<std::int32_t>(i * i % 7) - 1);
  }
  const FeatureMatrix features = survey(x, std::vector<Feature>(3));
  const Profiles one = profiles(features, x, labels, 6, 1);
  for (std::int64_t j = 0; j < 3; ++j) {
    const auto feature = static_cast<std::size_t>(j);
    std::vector<std::map<float, std::int64_t>> counts(7);
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int32_t label = labels[static_cast<std::size_t>(i)];
      if (label >= 0) ++counts[static_cast<std::size_t>(label)][x(i, j) + 0.0F];
      ++counts[6][x(i, j) + 0.0F];
    }
    for (std::size_t c = 0; c < 7; ++c) {
      float mode = 0;
      std::int64_t most = 0;
      for (const auto& [value, count] : counts[c]) {
        if (count > most) mode = value;
        most = std::max(most, count);
      }
      const FeatureProfile& found =
          c < 6 ? one.clusters[c].features[feature] : one.everyone[feature];
      EXPECT_EQ(found.mode, static_cast<double>(mode)) << j << " in cluster " << c;
    }
  }
  for (const int threads : {2, 5}) {
    const Profiles more = profiles(features, x, labels, 6, threads);
    for (std::size_t c = 0; c < 6; ++c) {
      EXPECT_EQ(more.clusters[c].medoid, one.clusters[c].medoid);
      EXPECT_EQ(more.clusters[c].words, one.clusters[c].words);
      for (std::size_t j = 0; j < 3; ++j) {
        EXPECT_EQ(more.clusters[c].features[j].mean, one.clusters[c].features[j].mean);
        EXPECT_EQ(more.clusters[c].features[j].mode, one.clusters[c].features[j].mode);
      }
    }
  }
}

TEST(Profiles, TakeWholeWeightsAsRepeatedRowsToTheLastBit) {
  const std::int64_t n = 200;
  const Matrix<float> x = test::random_matrix(n, 3, 73, 5, 3);
  const std::vector<float> weights = test::whole_weights(n);
  Labels labels;
  Labels repeated_labels;
  for (std::int64_t i = 0; i < n; ++i) {
    labels.push_back(static_cast<std::int32_t>(i % 3) - (i % 10 == 0));
    for (int copy = 0; copy < static_cast<int>(weights[static_cast<std::size_t>(i)]); ++copy)
      repeated_labels.push_back(labels.back());
  }
  const std::vector<Feature> names(3);
  FeatureMatrix weighted = survey(x, names);
  weighted.weights = weights;
  const FeatureMatrix repeated = survey(test::repeated(x, weights), names);
  const Profiles a = profiles(weighted, weighted.x, labels, 3);
  const Profiles b = profiles(repeated, repeated.x, repeated_labels, 3);
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_EQ(a.clusters[c].share, b.clusters[c].share);
    EXPECT_EQ(a.clusters[c].words, b.clusters[c].words);
    for (std::int64_t j = 0; j < 3; ++j) {
      const auto f = static_cast<std::size_t>(j);
      EXPECT_EQ(a.clusters[c].features[f].mean, b.clusters[c].features[f].mean);
      EXPECT_EQ(a.clusters[c].features[f].mode, b.clusters[c].features[f].mode);
      EXPECT_EQ(a.clusters[c].features[f].mode_share, b.clusters[c].features[f].mode_share);
      EXPECT_EQ(a.clusters[c].features[f].difference, b.clusters[c].features[f].difference);
      EXPECT_EQ(weighted.x(a.clusters[c].medoid, j), repeated.x(b.clusters[c].medoid, j));
    }
  }
}

// Many values, so that answers are counted in parts.
TEST(Profiles, CountWholeWeightsOfManyValuesAsRepeatedRows) {
  const std::int64_t n = 20001;
  Matrix<float> x = test::random_matrix(n, 2, 89, 0, 2000);
  std::vector<float> weights;
  Labels labels;
  for (std::int64_t i = 0; i < n; ++i) {
    x(i, 1) = std::round(x(i, 1));
    weights.push_back(static_cast<float>(i * 7 % 4));
    // (Few in clusters: medoids are found among all pairs.)
    labels.push_back(i % 49 == 0 ? static_cast<std::int32_t>(i / 49 % 2) : -1);
  }
  Labels repeated_labels;
  for (std::int64_t i = 0; i < n; ++i)
    repeated_labels.insert(repeated_labels.end(), static_cast<std::size_t>(i * 7 % 4),
                           labels[static_cast<std::size_t>(i)]);
  FeatureMatrix features = survey(x, std::vector<Feature>(2));
  features.weights = weights;
  const Matrix<float> many = test::repeated(x, weights);
  const Profiles expected =
      profiles(survey(many, std::vector<Feature>(2)), many, repeated_labels, 2, 1);
  for (const int threads : {1, 3}) {
    const Profiles found = profiles(features, x, labels, 2, threads);
    for (std::size_t c = 0; c < 2; ++c) {
      for (std::size_t j = 0; j < 2; ++j) {
        const FeatureProfile& one = found.clusters[c].features[j];
        const FeatureProfile& other = expected.clusters[c].features[j];
        EXPECT_EQ(one.mode, other.mode);
        EXPECT_EQ(one.mode_share, other.mode_share);
        EXPECT_EQ(one.mean, other.mean);
        EXPECT_EQ(one.difference, other.difference);
      }
      EXPECT_EQ(found.everyone[c].mode, expected.everyone[c].mode);
    }
  }
}

TEST(Profiles, MedoidHasTheLeastDistances) {
  const Matrix<float> x = test::random_matrix(101, 2, 79);
  const Profiles found = profiles(survey(x, std::vector<Feature>(2)), x, Labels(101, 0), 1);
  double least = 1e300;
  std::int64_t expected = -1;
  for (std::int64_t i = 0; i < 101; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < 101; ++j)
      sum += std::hypot(static_cast<double>(x(i, 0)) - static_cast<double>(x(j, 0)),
                        static_cast<double>(x(i, 1)) - static_cast<double>(x(j, 1)));
    if (sum < least) {
      least = sum;
      expected = i;
    }
  }
  EXPECT_EQ(found.clusters[0].medoid, expected);
}

TEST(Profiles, MedoidsOfTooManyPairsAreNearestToTheMean) {
  for (const std::size_t rows : {20000U, 20002U}) {
    std::vector<float> values(rows, 0.0F);
    values[0] = 3e5F;
    values[7] = 10.0F;  // the mean is about 15, the median 0
    const FeatureMatrix features = one_number(values);
    const Profiles found = profiles(features, features.x, Labels(rows, 0), 1);
    EXPECT_EQ(found.clusters[0].medoid, rows == 20000U ? 1 : 7);
  }
}

TEST(Words, TellYesAndNoNumbersAndLevelsApart) {
  Matrix<float> x(20, 5);
  for (std::int64_t i = 0; i < 20; ++i) {
    const bool first = i < 10;
    x(i, 0) = first ? 1 : 0;                                 // all, no
    x(i, 1) = first ? 4 : 16;                                // one value each
    x(i, 2) = static_cast<float>(i) / 7 + (first ? 0 : 20);  // many values
    x(i, 3) = first && i < 8 ? 2 : 1;                        // codes
    x(i, 4) = i == 0 || i > 11 ? 1 : 0;                      // a share
  }
  const FeatureMatrix features =
      survey(x, {feature("IsDeveloper", FeatureKind::boolean),
                 feature("Effort", FeatureKind::number), feature("Knowledge", FeatureKind::derived),
                 feature("WorkAt", FeatureKind::codes, {"", "Employer 06"}),
                 feature("IsTeaching", FeatureKind::boolean)});
  Labels labels(20, 0);
  std::fill(labels.begin() + 10, labels.end(), 1);
  const Profiles found = profiles(features, x, labels, 2);
  EXPECT_EQ(found.clusters[0].words,
            "all IsDeveloper; Effort 4; Knowledge 0.643 rather than 11.4 on average; WorkAt mostly "
            "'Employer 06'");
  EXPECT_EQ(found.clusters[1].words,
            "no IsDeveloper; Effort 16 rather than 4; Knowledge 22.1 rather than 11.4 on average; "
            "WorkAt missing");
  EXPECT_EQ(found.clusters[0].telling.size(), 5U);
  EXPECT_EQ(found.clusters[0].telling[4], 4);
}

TEST(Words, NameSharesAndEveryone) {
  std::vector<float> values(100, 0.0F);
  for (std::size_t i = 0; i < 46; ++i) values[i] = 1;
  values[99] = 1;
  FeatureMatrix features = one_number(values, "IsTeaching");
  features.features[0].kind = FeatureKind::boolean;
  Labels labels(100, 1);
  std::fill(labels.begin(), labels.begin() + 50, 0);
  const Profiles found = profiles(features, features.x, labels, 2);
  EXPECT_EQ(found.clusters[0].words, "IsTeaching 92% (everyone: 47%)");
  EXPECT_EQ(found.clusters[1].words, "IsTeaching 2% (everyone: 47%)");
}

TEST(Words, SayWhenNothingTellsAClusterApart) {
  const FeatureMatrix features = one_number({1, 2, 1, 2});
  EXPECT_EQ(profiles(features, features.x, Labels{0, 0, 1, 1}, 2).clusters[1].words,
            "like everyone");
  const FeatureMatrix constant = one_number({3, 3, 3});
  EXPECT_EQ(profiles(constant, constant.x, Labels{0, 0, 1}, 2).clusters[1].words, "like everyone");
}

TEST(Words, NeverShowTwoMeansAsOneNumber) {
  std::vector<float> values;
  for (int i = 0; i < 30; ++i)
    values.push_back((i < 15 ? 20180.0F : 20180.5F) + static_cast<float>(i % 15) / 64);
  const FeatureMatrix features = one_number(values, "Day");
  Labels labels(30, 0);
  std::fill(labels.begin() + 15, labels.end(), 1);
  EXPECT_EQ(profiles(features, features.x, labels, 2).clusters[0].words,
            "Day 20180.1 rather than 20180.4 on average");
}

TEST(Profiles, RefuseLabelsThatDoNotFit) {
  const FeatureMatrix features = one_number({1, 2});
  EXPECT_THROW((void)profiles(features, features.x, Labels{0}, 1), UsageError);
  EXPECT_THROW((void)profiles(features, features.x, Labels{0, 1}, 1), UsageError);
}

}  // namespace
}  // namespace cohort
