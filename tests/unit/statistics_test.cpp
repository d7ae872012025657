#include "tests/reference/statistics.hpp"

#include <gtest/gtest.h>

#include "tests/unit/statistics_data.hpp"

namespace cohort {
namespace {

using test::bits_of;
using test::in_blocks;

ColumnStatistics statistics_of(const Matrix<float>& x, const std::vector<float>& weights = {}) {
  ThreadPool pool(2);
  return cpu::column_statistics(in_blocks(x, weights), {pool, cpu::best_isa()});
}

void expect_equal_bits(const ColumnStatistics& a, const ColumnStatistics& b) {
  EXPECT_EQ(bits_of(a.mean), bits_of(b.mean));
  EXPECT_EQ(bits_of(a.variance), bits_of(b.variance));
  EXPECT_EQ(bits_of(a.minimum), bits_of(b.minimum));
  EXPECT_EQ(bits_of(a.maximum), bits_of(b.maximum));
  EXPECT_EQ(a.total_weight, b.total_weight);
}

// StandardScaler of scikit-learn 1.2.1, tests/reference/statistics_sklearn.py.
TEST(ColumnStatistics, AgreeWithScikitLearn) {
  const ColumnStatistics found = statistics_of(test::formula_matrix());
  const std::vector<double> mean = {6.14375, 106.359375, 206.271875, 306.184375, 405.79375};
  const std::vector<double> deviation = {3.376336540912, 3.438884664303, 3.636499808796,
                                         3.661559979623, 3.768034758001};
  for (std::size_t j = 0; j < mean.size(); ++j) {
    EXPECT_NEAR(found.mean[j], mean[j], 1e-11 * mean[j]);
    EXPECT_NEAR(std::sqrt(found.variance[j]), deviation[j], 1e-11 * deviation[j]);
  }
  EXPECT_EQ(found.total_weight, 40);
}

TEST(ColumnStatistics, AgreeWithTheReferenceAtOddSizesAndMagnitudes) {
  for (const std::int64_t n : {1, 2, 15, 16, 17, 1000, 9001}) {
    for (const double scale : {1e-30, 1.0, 1e30}) {
      const Matrix<float> x = test::random_matrix(n, 3, 7, 0.5 * scale, scale);
      std::vector<float> weights = test::whole_weights(n);
      for (float& weight : weights) weight = weight * 0.37F + 0.01F;
      for (const std::vector<float>& w : {std::vector<float>{}, weights}) {
        const ColumnStatistics found = statistics_of(x, w);
        for (std::int64_t j = 0; j < 3; ++j) {
          const auto f = static_cast<std::size_t>(j);
          EXPECT_NEAR(found.mean[f], static_cast<double>(reference::mean(x, w, j)), 2e-12 * scale);
          EXPECT_NEAR(found.variance[f], static_cast<double>(reference::covariance(x, w, j, j)),
                      4e-12 * scale * scale);
        }
      }
    }
  }
}

TEST(ColumnStatistics, SeeATinySpreadOnAHugeOffset) {
  Matrix<float> x(1000, 1);
  for (std::int64_t i = 0; i < 1000; ++i) x(i, 0) = 1e6F + (i % 2 == 0 ? 0.0F : 0.0625F);
  const ColumnStatistics found = statistics_of(x);
  EXPECT_DOUBLE_EQ(found.mean[0], 1e6 + 0.03125);
  EXPECT_DOUBLE_EQ(found.variance[0], 0.03125 * 0.03125);
}

TEST(ColumnStatistics, SeeSmallSpreadsBesideAnOutlier) {
  Matrix<float> x(3, 1, {1e-3F, 3e-3F, 1e6F});
  const ColumnStatistics found = statistics_of(x, {1, 1, 1e-12F});
  const std::vector<float> weights = {1, 1, 1e-12F};
  EXPECT_NEAR(found.variance[0] / static_cast<double>(reference::covariance(x, weights, 0, 0)), 1,
              1e-6);
}

TEST(ColumnStatistics, OfAConstantAreItsValueAndZero) {
  for (const float value : {0.1F, -1e30F, 16777217.0F, -0.0F}) {
    for (const bool weighted : {false, true}) {
      Matrix<float> x(777, 1, std::vector<float>(777, value));
      std::vector<float> weights(777, 0.3F);
      weights[5] = 1e-4F;
      const ColumnStatistics found = statistics_of(x, weighted ? weights : std::vector<float>{});
      EXPECT_EQ(found.mean[0], static_cast<double>(value));
      EXPECT_EQ(found.variance[0], 0);
      EXPECT_EQ(found.minimum[0], value);
      EXPECT_EQ(found.maximum[0], value);
    }
  }
}

TEST(ColumnStatistics, TakeWholeWeightsAsRepeatedRowsToTheLastBit) {
  for (const std::int64_t n : {2, 17, 1000}) {
    for (const double scale : {1e-20, 1.0, 1e12}) {
      const Matrix<float> x = test::random_matrix(n, 4, 3, scale, scale);
      const std::vector<float> weights = test::whole_weights(n);
      expect_equal_bits(statistics_of(x, weights), statistics_of(test::repeated(x, weights)));
      expect_equal_bits(statistics_of(x, std::vector<float>(static_cast<std::size_t>(n), 1.0F)),
                        statistics_of(x));
    }
  }
}

TEST(ColumnStatistics, DoNotDependOnTheUnitOfTheWeights) {
  const Matrix<float> x = test::random_matrix(1000, 2, 5);
  std::vector<float> weights = test::whole_weights(1000);
  const ColumnStatistics whole = statistics_of(x, weights);
  for (float& weight : weights) weight *= 0x1p-40F;
  const ColumnStatistics tiny = statistics_of(x, weights);
  EXPECT_EQ(bits_of(whole.mean), bits_of(tiny.mean));
  EXPECT_EQ(bits_of(whole.variance), bits_of(tiny.variance));
}

TEST(ColumnStatistics, IgnoreRowsThatWeighNothing) {
  Matrix<float> x(4, 1, {1, 2, 3e38F, -3e38F});
  const ColumnStatistics found = statistics_of(x, {1, 1, 0, 0});
  EXPECT_EQ(found.mean[0], 1.5);
  EXPECT_EQ(found.variance[0], 0.25);
  EXPECT_EQ(found.minimum[0], 1);
  EXPECT_EQ(found.maximum[0], 2);
}

TEST(ColumnStatistics, HaveTheSameBitsOnEveryMachine) {
  const Matrix<float> x = test::random_matrix(20001, 5, 11, 3, 100);
  std::vector<float> weights = test::whole_weights(20001);
  for (float& weight : weights) weight *= 0.73F;
  for (const std::vector<float>& w : {std::vector<float>{}, weights}) {
    const cpu::CpuDataSet data = in_blocks(x, w);
    const ColumnStatistics expected = statistics_of(x, w);
    test::on_every_machine([&](cpu::Machine machine) {
      expect_equal_bits(cpu::column_statistics(data, machine), expected);
    });
  }
}

TEST(ColumnStatistics, DoNotDependOnWhichZeroCameFirst) {
  Matrix<float> x(40, 1);
  for (std::int64_t i = 0; i < 40; ++i) x(i, 0) = i % 2 == 0 ? -0.0F : 0.0F;
  EXPECT_FALSE(std::signbit(statistics_of(x).minimum[0]));
  EXPECT_FALSE(std::signbit(statistics_of(x).maximum[0]));
}

}  // namespace
}  // namespace cohort
