// Means, variances and ranges of columns: the bytes of the CPU's.

#include <cmath>

#include <gtest/gtest.h>

#include "cohort/scale.hpp"

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

std::string bytes_of_statistics(const ColumnStatistics& statistics) {
  return bytes_of(statistics.mean) + bytes_of(statistics.variance) + bytes_of(statistics.minimum) +
         bytes_of(statistics.maximum) + bytes_of(&statistics.total_weight, 1);
}

class StatisticsParity : public Parity {
 protected:
  void expect_same(const Matrix<float>& x, const std::vector<float>& weights,
                   const std::string& what) {
    EXPECT_EQ(bytes_of_statistics(gpu().column_statistics(*gpu().upload(x.view(), weights))),
              bytes_of_statistics(cpu().column_statistics(*cpu().upload(x.view(), weights))))
        << what << ", " << x.rows() << " x " << x.cols();
  }
};

TEST_F(StatisticsParity, OfEverySizeKindAndWeighting) {
  for (const std::int64_t n : kRowCounts)
    for (const std::int64_t d : cases<std::int64_t>({1, 2, 31, 32, 33}))
      for (const Weighting weighting : kAllWeightings)
        for (const Values values : kAllValues) {
          if (n > 129 && d > 2 && values != Values::wide_range) continue;  // time
          expect_same(matrix_of(values, n, d, 1), weights_of(weighting, n, 2),
                      "values " + std::to_string(static_cast<int>(values)) + ", weights " +
                          std::to_string(static_cast<int>(weighting)));
        }
}

TEST_F(StatisticsParity, OfManyTilesAndOfManyFeatures) {
  for (const Weighting weighting : kAllWeightings) {
    expect_same(matrix_of(Values::wide_range, 50007, 3, 3), weights_of(weighting, 50007, 4),
                "many tiles");
    expect_same(matrix_of(Values::wide_range, 301, 530, 5), weights_of(weighting, 301, 6),
                "many features");
  }
}

TEST_F(StatisticsParity, OfExtremes) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  constexpr float kSmallest = std::numeric_limits<float>::denorm_min();
  Matrix<float> x(70, 5);
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    x(i, 0) = i % 2 == 0 ? kLargest : -kLargest;
    x(i, 1) = i % 3 == 0 ? kSmallest : -kSmallest;
    x(i, 2) = -0.0F;
    x(i, 3) = 1e6F + static_cast<float>(i % 2);
    x(i, 4) = i == 69 ? -kLargest : 1;
  }
  for (const Weighting weighting : kAllWeightings)
    expect_same(x, weights_of(weighting, x.rows(), 7), "extremes");
}

// Rows that weigh nothing hold the ends of the range, and values beyond every grid.
TEST_F(StatisticsParity, WithoutRowsOfNoWeight) {
  Matrix<float> x = matrix_of(Values::smooth, 100, 3, 8);
  std::vector<float> weights = weights_of(Weighting::fractional, 100, 9);
  for (const std::int64_t i : {0, 31, 32, 99}) {
    weights[static_cast<std::size_t>(i)] = 0;
    for (std::int64_t j = 0; j < 3; ++j)
      x(i, j) = (j == 1 ? -1.0F : 1.0F) * std::numeric_limits<float>::max();
  }
  expect_same(x, weights, "rows of no weight");
}

TEST_F(StatisticsParity, OfWeightsOfAnySize) {
  for (const double unit : {1e-30, 1e-3, 1e5, 1e30}) {
    std::vector<float> weights = weights_of(Weighting::fractional, 1000, 10);
    for (float& weight : weights) weight *= static_cast<float>(unit);
    expect_same(matrix_of(Values::wide_range, 1000, 4, 11), weights, std::to_string(unit));
  }
}

// A scaled data set takes its ranges along, whether they were known before or not.
TEST_F(StatisticsParity, OfScaledData) {
  const Matrix<float> x = matrix_of(Values::wide_range, 200, 6, 12);
  const Scaling scaling{{0, -1e3, 0.5, 1e15, 1e-20, 3}, {1e-3, 1e10, 0.1, 1e-20, 3, 1e30}};
  for (const Weighting weighting : kAllWeightings) {
    const std::vector<float> weights = weights_of(weighting, 200, 13);
    const DataSetPtr on_cpu = cpu().upload(x.view(), weights);
    const std::string expected =
        bytes_of_statistics(cpu().column_statistics(*cpu().scale(*on_cpu, scaling)));
    const DataSetPtr on_gpu = gpu().upload(x.view(), weights);
    EXPECT_EQ(bytes_of_statistics(gpu().column_statistics(*gpu().scale(*on_gpu, scaling))),
              expected);
    (void)gpu().column_statistics(*on_gpu);
    EXPECT_EQ(bytes_of_statistics(gpu().column_statistics(*gpu().scale(*on_gpu, scaling))),
              expected);
  }
}

}  // namespace
}  // namespace cohort::testing
