#include "cohort/correlate.hpp"

#include <gtest/gtest.h>

#include "tests/unit/statistics_data.hpp"

namespace cohort {
namespace {

using test::in_blocks;

// DataFrame.corr() of pandas 1.5.3, tests/reference/statistics_sklearn.py.
TEST(Correlate, AgreesWithPandas) {
  const Correlations found = correlate(*make_cpu_backend(2), in_blocks(test::formula_matrix()));
  const Matrix<double> expected(
      5, 5, {1, 0.05715130677,   0.189233510318, 0.175084644936, 0.015134156603, 0.05715130677,
             1, 0.083553057516,  0.063328479877, 0.199980027915, 0.189233510318, 0.083553057516,
             1, 0.038245438996,  0.069260784534, 0.175084644936, 0.063328479877, 0.038245438996,
             1, -0.063976452936, 0.015134156603, 0.199980027915, 0.069260784534, -0.063976452936,
             1});
  for (std::int64_t a = 0; a < 5; ++a) {
    for (std::int64_t b = 0; b < 5; ++b) EXPECT_NEAR(found.r(a, b), expected(a, b), 1e-11);
  }
  const std::vector<CorrelatedPair> top = strongest_pairs(found, 3);
  ASSERT_EQ(top.size(), 3U);
  EXPECT_EQ(top[0].a, 1);
  EXPECT_EQ(top[0].b, 4);
  EXPECT_EQ(top[1].a, 0);
  EXPECT_EQ(top[1].b, 2);
  EXPECT_EQ(top[2].b, 3);
  EXPECT_EQ(strongest_pairs(found, 100).size(), 10U);
  EXPECT_TRUE(strongest_pairs(found, 0).empty());
}

TEST(Correlate, IsOneOfACopyMinusOneOfAMirrorAndNothingOfAConstant) {
  Matrix<float> x = test::random_matrix(777, 4, 43, 1e5, 1e-1);
  for (std::int64_t i = 0; i < 777; ++i) {
    x(i, 1) = 3;
    x(i, 2) = x(i, 0);
    x(i, 3) = -4 * x(i, 0);
  }
  const Correlations found = correlate(*make_cpu_backend(1), in_blocks(x));
  EXPECT_EQ(found.r(0, 2), 1);
  EXPECT_EQ(found.r(3, 2), -1);
  for (std::int64_t j = 0; j < 4; ++j) {
    EXPECT_TRUE(std::isnan(found.r(1, j)));
    EXPECT_TRUE(std::isnan(found.r(j, 1)));
  }
  const std::vector<CorrelatedPair> pairs = strongest_pairs(found, 10);
  ASSERT_EQ(pairs.size(), 3U);  // ties by lower a, then lower b
  EXPECT_EQ(pairs[0].b, 2);
  EXPECT_EQ(pairs[1].b, 3);
  EXPECT_EQ(pairs[2].a, 2);
}

TEST(RedundantFeatures, GoStrongestPairFirst) {
  Correlations chain{Matrix<double>(4, 4)};
  const auto set = [&](std::int64_t a, std::int64_t b, double r) {
    chain.r(a, b) = r;
    chain.r(b, a) = r;
  };
  set(0, 1, 0.8);
  set(1, 2, -0.9);  // 2 goes first, 1 then goes for 0
  set(2, 3, 0.7);   // 2 has gone already
  EXPECT_EQ(redundant_features(chain, 0.5), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(redundant_features(chain, 0.8), (std::vector<std::int64_t>{2}));
  EXPECT_TRUE(redundant_features(chain, 0.9).empty());
}

}  // namespace
}  // namespace cohort
