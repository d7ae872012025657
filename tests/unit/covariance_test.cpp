#include <gtest/gtest.h>

#include "tests/reference/statistics.hpp"
#include "tests/unit/statistics_data.hpp"

namespace cohort {
namespace {

using test::bits_of;
using test::in_blocks;

Matrix<double> covariance_of(const cpu::CpuDataSet& data, cpu::Machine machine) {
  return cpu::covariance(data, cpu::column_statistics(data, machine).mean, machine);
}

Matrix<double> covariance_of(const Matrix<float>& x, const std::vector<float>& weights = {}) {
  ThreadPool pool(2);
  return covariance_of(in_blocks(x, weights), {pool, cpu::best_isa()});
}

std::vector<float> uneven_weights(std::int64_t n) {
  std::vector<float> weights = test::whole_weights(n);
  for (float& weight : weights) weight = weight * 0.37F + 0.01F;
  return weights;
}

TEST(Covariance, AgreesWithTheReferenceAtOddSizes) {
  for (const std::int64_t n : {1, 2, 15, 16, 17, 1000}) {
    for (const std::int64_t d : {1, 2, 3, 4, 5, 7, 64, 65}) {
      const Matrix<float> x = test::random_matrix(n, d, 3, 5, 2);
      for (const std::vector<float>& w : {std::vector<float>{}, uneven_weights(n)}) {
        const Matrix<double> found = covariance_of(x, w);
        for (std::int64_t a = 0; a<d; a += d> 8 ? 9 : 1) {
          for (std::int64_t b = 0; b < d; ++b) {
            EXPECT_NEAR(found(a, b), static_cast<double>(reference::covariance(x, w, a, b)), 4e-11)
                << n << " x " << d << " (" << a << ", " << b << ")";
            EXPECT_EQ(found(a, b), found(b, a));
          }
        }
      }
    }
  }
}

TEST(Covariance, HoldsFeaturesOfAnyMagnitudeSideBySide) {
  Matrix<float> x = test::random_matrix(1000, 4, 5);
  const std::vector<double> scale = {1e-30, 1.0, 1e18, 1e37};
  for (std::int64_t i = 0; i < 1000; ++i) {
    for (std::int64_t j = 0; j < 4; ++j)
      x(i, j) =
          static_cast<float>(static_cast<double>(x(i, j)) * scale[static_cast<std::size_t>(j)]);
  }
  const Matrix<double> found = covariance_of(x);
  for (std::int64_t a = 0; a < 4; ++a) {
    for (std::int64_t b = 0; b < 4; ++b) {
      const double unit = scale[static_cast<std::size_t>(a)] * scale[static_cast<std::size_t>(b)];
      EXPECT_NEAR(found(a, b) / unit,
                  static_cast<double>(reference::covariance(x, {}, a, b)) / unit, 2e-11);
    }
  }
}

TEST(Covariance, OfAConstantIsZeroAndOfACopyIsItsVariance) {
  for (const std::int64_t d : {4, 66}) {
    Matrix<float> x = test::random_matrix(500, d, 9, 1e6, 1);
    for (std::int64_t i = 0; i < 500; ++i) {
      x(i, 1) = 0.1F;
      x(i, 3) = x(i, 0);
    }
    const Matrix<double> found = covariance_of(x);
    for (std::int64_t j = 0; j < d; ++j) EXPECT_EQ(found(1, j), 0);
    EXPECT_DOUBLE_EQ(found(0, 3), found(0, 0));
    EXPECT_GT(found(0, 0), 0.3);
  }
}

TEST(Covariance, TakesWholeWeightsAsRepeatedRowsToTheLastBit) {
  for (const std::int64_t n : {3, 17, 1000}) {
    const Matrix<float> x = test::random_matrix(n, 7, 13, 4, 3);
    const std::vector<float> weights = test::whole_weights(n);
    EXPECT_EQ(bits_of(covariance_of(x, weights)),
              bits_of(covariance_of(test::repeated(x, weights))));
    EXPECT_EQ(bits_of(covariance_of(x, std::vector<float>(static_cast<std::size_t>(n), 1.0F))),
              bits_of(covariance_of(x)));
  }
}

TEST(Covariance, HasTheSameBitsOnEveryMachine) {
  for (const std::int64_t d : {6, 64}) {
    const Matrix<float> x = test::random_matrix(5003, d, 17, 3, 100);
    for (const std::vector<float>& w : {std::vector<float>{}, uneven_weights(5003)}) {
      const cpu::CpuDataSet data = in_blocks(x, w);
      const std::vector<std::uint64_t> expected = bits_of(covariance_of(x, w));
      test::on_every_machine([&](cpu::Machine machine) {
        EXPECT_EQ(bits_of(covariance_of(data, machine)), expected);
      });
    }
  }
}

TEST(Covariance, ByBlasHasTheSameBitsForAnyThreads) {
  const cpu::CpuDataSet data = in_blocks(test::random_matrix(5003, 65, 19, 3, 100));
  std::vector<std::uint64_t> expected;
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    const auto found = bits_of(covariance_of(data, {pool, cpu::best_isa()}));
    if (expected.empty()) expected = found;
    EXPECT_EQ(found, expected);
  }
}

}  // namespace
}  // namespace cohort
