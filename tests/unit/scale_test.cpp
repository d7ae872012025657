#include "cohort/scale.hpp"

#include <gtest/gtest.h>

#include "tests/unit/statistics_data.hpp"

namespace cohort {
namespace {

using test::in_blocks;

FeatureMatrix features_with(Matrix<float> x, std::vector<float> weights = {}) {
  FeatureMatrix features;
  features.x = std::move(x);
  features.features.resize(static_cast<std::size_t>(features.x.cols()));
  features.weights = std::move(weights);
  return features;
}

Scaling scaling_of(const FeatureMatrix& features, ScaleMethod method) {
  const auto backend = make_cpu_backend(1);
  return fit_scaling(*backend, in_blocks(features.x, features.weights), features, method);
}

// StandardScaler and RobustScaler of scikit-learn 1.2.1, tests/reference/statistics_sklearn.py.
TEST(FitScaling, AgreesWithScikitLearn) {
  const FeatureMatrix features = features_with(test::formula_matrix());
  const Scaling standard = scaling_of(features, ScaleMethod::standard);
  const std::vector<double> mean = {6.14375, 106.359375, 206.271875, 306.184375, 405.79375};
  const std::vector<double> deviation = {3.376336540912, 3.438884664303, 3.636499808796,
                                         3.661559979623, 3.768034758001};
  const Scaling robust = scaling_of(features, ScaleMethod::robust);
  const std::vector<double> median = {6.6875, 107, 206.1875, 307.125, 405.375};
  const std::vector<double> range = {6.5, 5.28125, 6.875, 7.25, 6.71875};
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(standard.center[j], mean[j], 1e-9);
    EXPECT_NEAR(standard.scale[j], deviation[j], 1e-11);
    EXPECT_EQ(robust.center[j], median[j]);
    EXPECT_EQ(robust.scale[j], range[j]);
  }
}

TEST(FitScaling, TakesMinimumAndRangeOrNothing) {
  const FeatureMatrix features = features_with({3, 1, {2, -1, 5}});
  EXPECT_EQ(scaling_of(features, ScaleMethod::minmax).center[0], -1);
  EXPECT_EQ(scaling_of(features, ScaleMethod::minmax).scale[0], 6);
  EXPECT_EQ(scaling_of(features, ScaleMethod::none).center[0], 0);
  EXPECT_EQ(scaling_of(features, ScaleMethod::none).scale[0], 1);
}

TEST(FitScaling, LeavesAConstantItsScaleAndFoldsBlockWeightsIn) {
  FeatureMatrix features = features_with({3, 2, {0.1F, 0, 0.1F, 1, 0.1F, 0}});
  features.features[1].block_weight = 0.5;
  for (const ScaleMethod method :
       {ScaleMethod::standard, ScaleMethod::minmax, ScaleMethod::robust, ScaleMethod::none})
    EXPECT_EQ(scaling_of(features, method).scale[0], 1);
  EXPECT_EQ(scaling_of(features, ScaleMethod::minmax).scale[1], 2);
  EXPECT_EQ(scaling_of(features, ScaleMethod::none).scale[1], 2);
}

TEST(FitScaling, FindsWeightedQuartiles) {
  // 1 1 1 | 2 2 2 | 3 3 3 | 9 9 9: each quarter ends exactly where a value does.
  const Scaling even =
      scaling_of(features_with({4, 1, {9, 2, 1, 3}}, {3, 3, 3, 3}), ScaleMethod::robust);
  EXPECT_EQ(even.center[0], 2.5);
  EXPECT_EQ(even.scale[0], (3.0 + 9) / 2 - (1.0 + 2) / 2);
  // Of 0.5 in all, 4 weighs more than half; a row without weight is nobody.
  const Scaling heavy =
      scaling_of(features_with({4, 1, {4, 1, 100, 6}}, {0.3F, 0.1F, 0, 0.1F}), ScaleMethod::robust);
  EXPECT_EQ(heavy.center[0], 4);
  EXPECT_EQ(heavy.scale[0], 1);  // 4 - 4 is 0
}

TEST(FitScaling, TheMedianIsTheSameWithAndWithoutWeightsOfOne) {
  for (const std::int64_t n : {1, 2, 3, 16, 17}) {
    const Matrix<float> x = test::random_matrix(n, 1, 37);
    const std::vector<float> ones(static_cast<std::size_t>(n), 1.0F);
    EXPECT_EQ(scaling_of(features_with(x), ScaleMethod::robust).center,
              scaling_of(features_with(x, ones), ScaleMethod::robust).center);
  }
}

TEST(Scale, MovesEveryRowAndKeepsWeightsAndPadding) {
  const Scaling scaling{{1, -2}, {2, 0.3}};
  for (const std::int64_t n : {1, 15, 16, 17, 5000}) {
    const Matrix<float> x = test::random_matrix(n, 2, 41, 1, 100);
    const cpu::CpuDataSet data = in_blocks(x, test::whole_weights(n));
    test::on_every_machine([&](cpu::Machine machine) {
      const auto result = cpu::scale(data, scaling, machine);
      for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t j = 0; j < 2; ++j) {
          const auto f = static_cast<std::size_t>(j);
          ASSERT_EQ(result->at(i, j), scaled(x(i, j), scaling.center[f], scaling.scale[f]));
        }
      }
      for (std::int64_t i = n; i < data.blocks() * cpu::kBlock; ++i) ASSERT_EQ(result->at(i, 0), 0);
      EXPECT_EQ(result->weights, data.weights);
    });
  }
}

TEST(Unscaled, UndoesScaling) {
  const std::vector<float> point = {1.5F, -2};
  EXPECT_EQ(unscaled(point, {{10, 1}, {2, 0.5}}), (std::vector<double>{13, 0}));
}

}  // namespace
}  // namespace cohort
