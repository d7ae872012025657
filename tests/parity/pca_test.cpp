// Scores: the bytes of the CPU's. Eigenvectors: as good as the CPU's, with the same signs.

#include "cohort/pca.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

class PcaParity : public Parity {
 protected:
  static Matrix<double> components_of(std::int64_t p, std::int64_t d, std::uint64_t seed) {
    Matrix<double> components(p, d);
    for (std::int64_t i = 0; i < p * d; ++i)
      components.data()[i] = uniform(seed, static_cast<std::uint64_t>(i)) - 0.5;
    return components;
  }
  void expect_same_scores(std::int64_t n, std::int64_t d, std::int64_t p, Values values) {
    const Matrix<float> x = matrix_of(values, n, d, 1);
    std::vector<double> mean;
    for (std::int64_t j = 0; j < d; ++j) mean.push_back(uniform(2, static_cast<std::uint64_t>(j)));
    const Matrix<double> components = components_of(p, d, 3);
    EXPECT_EQ(bytes_of(gpu().project(*gpu().upload(x.view(), {}), mean, components)),
              bytes_of(cpu().project(*cpu().upload(x.view(), {}), mean, components)))
        << n << " x " << d << ", " << p << " components";
  }
};

TEST_F(PcaParity, ScoresOfEverySize) {
  for (const std::int64_t n : kRowCounts)
    for (const std::int64_t d : {1, 3, 33})
      for (const std::int64_t p : cases<std::int64_t>({1, 2, 7, 8, 9, 33}))
        if (p <= d) expect_same_scores(n, d, p, Values::wide_range);
  expect_same_scores(70, 300, 2, Values::smooth);
}

TEST_F(PcaParity, ScoresOfSeveralChunks) {
  expect_same_scores(70001, 40, 40, Values::smooth);
}

TEST_F(PcaParity, ScoresUnderEverySchedule) {
  under_every_schedule([&] { expect_same_scores(1000, 5, 3, Values::smooth); });
}

/// A symmetric matrix with values of many magnitudes.
Matrix<double> symmetric(std::int64_t d, std::uint64_t seed) {
  Matrix<double> matrix(d, d);
  for (std::int64_t i = 0; i < d; ++i)
    for (std::int64_t j = 0; j <= i; ++j)
      matrix(i, j) = matrix(j, i) = (uniform(seed, static_cast<std::uint64_t>(i * d + j)) - 0.5) *
                                    std::exp2(-static_cast<double>(i % 7 + j % 7));
  return matrix;
}

TEST_F(PcaParity, EigenvectorsAboveAndBelowWhatTheHostKeeps) {
  for (const std::int64_t d : cases<std::int64_t>({1, 2, 64, 511, 512, 530})) {
    const Matrix<double> matrix = symmetric(d, 4);
    const EigenSystem found = gpu().symmetric_eigen(matrix);
    const EigenSystem expected = cpu().symmetric_eigen(matrix);
    const double largest =
        std::max(std::abs(expected.values.front()), std::abs(expected.values.back()));
    for (std::int64_t i = 0; i < d; ++i) {
      const auto which = static_cast<std::size_t>(i);
      EXPECT_NEAR(found.values[which], expected.values[which], 1e-10 * largest) << d << ", " << i;
      const std::span<const double> vector = found.vectors.row(i);
      double length = 0;
      for (const double loading : vector) length += loading * loading;
      EXPECT_NEAR(length, 1, 1e-10);
      const auto top = std::max_element(vector.begin(), vector.end(), [](double a, double b) {
        return std::abs(a) < std::abs(b);
      });
      EXPECT_GT(*top, 0) << d << ", " << i;
      for (std::int64_t row = 0; row < d; row += d < 100 ? 1 : 37) {
        double product = 0;
        for (std::int64_t j = 0; j < d; ++j)
          product += matrix(row, j) * vector[static_cast<std::size_t>(j)];
        EXPECT_NEAR(product, found.values[which] * vector[static_cast<std::size_t>(row)],
                    1e-10 * largest);
      }
    }
  }
}

TEST_F(PcaParity, RefusesWhatIsNotFiniteInTheSameWords) {
  for (const std::int64_t d : {3, 512}) {
    Matrix<double> matrix = symmetric(d, 5);
    matrix(1, 2) = std::nan("");
    std::string expected;
    try {
      (void)cpu().symmetric_eigen(matrix);
    } catch (const DataError& error) {
      expected = error.what();
    }
    EXPECT_THAT([&] { (void)gpu().symmetric_eigen(matrix); },
                ::testing::ThrowsMessage<DataError>(expected));
  }
}

TEST_F(PcaParity, WholeAnalysesAgree) {
  for (const std::int64_t d : {2, 6, 70}) {
    const Matrix<float> x = matrix_of(Values::smooth, 500, d, 6);
    for (const Weighting weighting : kAllWeightings) {
      const std::vector<float> weights = weights_of(weighting, 500, 7);
      const PcaResult found = pca(gpu(), *gpu().upload(x.view(), weights), 2);
      const PcaResult expected = pca(cpu(), *cpu().upload(x.view(), weights), 2);
      if (d <= 64) {
        EXPECT_EQ(bytes_of(found.scores), bytes_of(expected.scores));
        EXPECT_EQ(bytes_of(found.components), bytes_of(expected.components));
        EXPECT_EQ(bytes_of(found.explained_variance), bytes_of(expected.explained_variance));
      } else {
        for (std::int64_t i = 0; i < 500 * 2; ++i)
          EXPECT_NEAR(found.scores.data()[i], expected.scores.data()[i], 1e-8);
      }
    }
  }
}

}  // namespace
}  // namespace cohort::testing
