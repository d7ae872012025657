// Covariances: the bytes of the CPU's up to 64 features, close to them above.

#include <cmath>

#include <gtest/gtest.h>

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

class CovarianceParity : public Parity {
 protected:
  struct Pair {
    Matrix<double> cpu, gpu;
  };
  Pair covariances(const Matrix<float>& x, const std::vector<float>& weights) {
    const DataSetPtr on_cpu = cpu().upload(x.view(), weights);
    const DataSetPtr on_gpu = gpu().upload(x.view(), weights);
    const std::vector<double> mean = cpu().column_statistics(*on_cpu).mean;
    return {cpu().covariance(*on_cpu, mean), gpu().covariance(*on_gpu, mean)};
  }
  void expect_same(const Matrix<float>& x, const std::vector<float>& weights,
                   const std::string& what) {
    const Pair found = covariances(x, weights);
    EXPECT_EQ(bytes_of(found.gpu), bytes_of(found.cpu))
        << what << ", " << x.rows() << " x " << x.cols();
  }
};

TEST_F(CovarianceParity, OfEveryNumberOfFeatures) {
  for (const std::int64_t d : cases<std::int64_t>({1,  2,  3,  4,  5,  7,  8,  9,  15, 16, 17, 24,
                                                   25, 31, 32, 33, 40, 41, 48, 49, 56, 57, 63, 64}))
    for (const Weighting weighting : kAllWeightings)
      expect_same(matrix_of(Values::wide_range, 70, d, 1), weights_of(weighting, 70, 2),
                  "weights " + std::to_string(static_cast<int>(weighting)));
}

TEST_F(CovarianceParity, OfEverySizeKindAndWeighting) {
  for (const std::int64_t n : kRowCounts)
    for (const std::int64_t d : cases<std::int64_t>({6, 1, 17}))
      for (const Weighting weighting : kAllWeightings)
        for (const Values values : kAllValues) {
          if (d == 17 && values == Values::smooth) continue;  // time
          expect_same(matrix_of(values, n, d, 3), weights_of(weighting, n, 4),
                      "values " + std::to_string(static_cast<int>(values)) + ", weights " +
                          std::to_string(static_cast<int>(weighting)));
        }
}

// Deviations of nearly the largest size and products of one sign, on more rows than a lane's sum
// holds at once.
TEST_F(CovarianceParity, OfMoreRowsThanASumHolds) {
  for (const std::int64_t n : cases<std::int64_t>({4000, 400000})) {
    Matrix<float> x(n, 9);
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < x.cols(); ++j) x(i, j) = i % 2 == 0 ? 1.999F : -1.999F;
    expect_same(x, {}, "many rows");
  }
}

TEST_F(CovarianceParity, OfFeaturesOfAnyMagnitudeSideBySide) {
  Matrix<float> x = matrix_of(Values::smooth, 300, 9, 5);
  const std::vector<double> unit = {1e-44, 1e-30, 1e-10, 1, 1e6, 1e18, 1e30, 1e37, 0};
  for (std::int64_t i = 0; i < x.rows(); ++i)
    for (std::int64_t j = 0; j < x.cols(); ++j)
      x(i, j) = static_cast<float>(
          static_cast<double>(x(i, j)) * unit[static_cast<std::size_t>(j)] + (j == 4 ? 1e12 : 0));
  for (const Weighting weighting : kAllWeightings)
    expect_same(x, weights_of(weighting, x.rows(), 6), "magnitudes");
}

// Products that would lie halfway between two integers of their grid.
TEST_F(CovarianceParity, OfProductsThatEndInAHalf) {
  Matrix<float> x(1000, 5);
  for (std::int64_t i = 0; i < x.rows(); ++i)
    for (std::int64_t j = 0; j < x.cols(); ++j)
      x(i, j) =
          static_cast<float>(std::ldexp(i % 2 == 0 ? 1.0 : -1.0, static_cast<int>(-i / 2 % 24)));
  for (const Weighting weighting : kAllWeightings)
    expect_same(x, weights_of(weighting, x.rows(), 7), "halves");
}

TEST_F(CovarianceParity, WithoutRowsOfNoWeight) {
  for (const std::int64_t d : {3, 12}) {
    Matrix<float> x = matrix_of(Values::smooth, 100, d, 8);
    std::vector<float> weights = weights_of(Weighting::fractional, 100, 9);
    for (const std::int64_t i : {0, 31, 32, 99}) {
      weights[static_cast<std::size_t>(i)] = 0;
      for (std::int64_t j = 0; j < d; ++j)
        x(i, j) = (j == 1 ? -1.0F : 1.0F) * std::numeric_limits<float>::max();
    }
    expect_same(x, weights, "rows of no weight");
  }
}

TEST_F(CovarianceParity, UnderEverySchedule) {
  under_every_schedule([&] {
    for (const std::int64_t d : {3, 7, 19})
      for (const Weighting weighting : kAllWeightings)
        expect_same(matrix_of(Values::wide_range, 500, d, 12), weights_of(weighting, 500, 13),
                    "schedules");
  });
}

// By matrix products: not the same bytes, but as close as double gets.
TEST_F(CovarianceParity, OfManyFeaturesIsClose) {
  for (const std::int64_t d : {65, 130})
    for (const std::int64_t n : {1, 31, 33, 500})
      for (const Weighting weighting : kAllWeightings)
        for (const Values values : {Values::smooth, Values::constant, Values::wide_range}) {
          const Matrix<float> x = matrix_of(values, n, d, 14);
          const Pair found = covariances(x, weights_of(weighting, n, 15));
          for (std::int64_t i = 0; i < d; ++i)
            for (std::int64_t j = 0; j < d; ++j) {
              const double scale = std::sqrt(found.cpu(i, i) * found.cpu(j, j));
              ASSERT_NEAR(found.gpu(i, j), found.cpu(i, j), 1e-10 * scale)
                  << n << " x " << d << " (" << i << ", " << j << ")";
              ASSERT_EQ(found.gpu(i, j), found.gpu(j, i));
            }
        }
}

TEST_F(CovarianceParity, OfWeightsOfAnySize) {
  for (const double unit : {1e-30, 1e-3, 1e5, 1e30}) {
    std::vector<float> weights = weights_of(Weighting::fractional, 1000, 10);
    for (float& weight : weights) weight *= static_cast<float>(unit);
    expect_same(matrix_of(Values::wide_range, 1000, 4, 11), weights, std::to_string(unit));
  }
}

}  // namespace
}  // namespace cohort::testing
