#include "cohort/silhouette.hpp"

#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/reference/statistics.hpp"
#include "tests/unit/statistics_data.hpp"

namespace cohort {
namespace {

using test::bits_of;
using test::in_blocks;
using Labels = std::vector<std::int32_t>;

// silhouette_samples of scikit-learn 1.2.1, tests/reference/statistics_sklearn.py.
TEST(Silhouette, AgreesWithScikitLearn) {
  Labels labels;
  for (std::int32_t i = 0; i < 40; ++i) labels.push_back(i * i % 7 % 3);
  const SilhouetteResult found =
      silhouette(*make_cpu_backend(2), in_blocks(test::formula_matrix()), labels);
  const std::vector<double> expected = {0.0906959,   0.048102792,  -0.19557965, -0.09420654,
                                        -0.01871365, 0.0041081076, -0.13765308, -0.076832354};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found.values[i], expected[i], 1e-5);
  EXPECT_NEAR(found.mean, -0.03682617, 1e-5);
}

TEST(Silhouette, AgreesWithTheReference) {
  for (const std::int64_t n : {3, 15, 16, 17, 500}) {
    const Matrix<float> x = test::random_matrix(n, 3, 59, 4, 2);
    Labels labels;
    for (std::int64_t i = 0; i < n; ++i) labels.push_back(static_cast<std::int32_t>(i * i % 5 % 3));
    std::vector<float> weights = test::whole_weights(n);
    weights[0] = 0.4F;
    for (const std::vector<float>& w : {std::vector<float>{}, weights}) {
      ThreadPool pool(1);
      const auto found = cpu::silhouette(in_blocks(x, w), labels, 3, {pool, cpu::best_isa()});
      double mean = 0;
      double total = 0;
      for (std::int64_t i = 0; i < n; ++i) {
        const double expected = reference::silhouette(x, w, labels, 3, i);
        EXPECT_NEAR(found.values[static_cast<std::size_t>(i)], expected, 1e-5) << n << " " << i;
        mean += expected * static_cast<double>(reference::weight_of(w, i));
        total += static_cast<double>(reference::weight_of(w, i));
      }
      EXPECT_NEAR(found.mean, mean / total, 1e-5);
    }
  }
}

TEST(Silhouette, HasTheSameBitsOnEveryMachine) {
  const std::int64_t n = 403;
  const Matrix<float> x = test::random_matrix(n, 5, 61, 4, 2);
  Labels labels;
  for (std::int64_t i = 0; i < n; ++i) labels.push_back(static_cast<std::int32_t>(i % 7));
  std::vector<float> weights = test::whole_weights(n);
  for (float& weight : weights) weight *= 0.3F;
  for (const std::vector<float>& w : {std::vector<float>{}, weights}) {
    std::vector<std::uint64_t> expected;
    test::on_every_machine([&](cpu::Machine machine) {
      const SilhouetteResult found = cpu::silhouette(in_blocks(x, w), labels, 7, machine);
      std::vector<std::uint64_t> bits = bits_of(found.values);
      for (const std::uint64_t mean : bits_of(found.cluster_means)) bits.push_back(mean);
      if (expected.empty()) expected = bits;
      EXPECT_EQ(bits, expected);
    });
  }
}

TEST(Silhouette, IsZeroAloneAndOneAmongTwins) {
  const Matrix<float> x(5, 1, {1, 1, 9, 9, 50});
  const auto found = silhouette(*make_cpu_backend(1), in_blocks(x), Labels{0, 0, 3, 3, 1});
  EXPECT_EQ(found.values, (std::vector<double>{1, 1, 1, 1, 0}));
  EXPECT_EQ(found.cluster_means, (std::vector<double>{1, 0, 0, 1}));
  EXPECT_NEAR(found.mean, 0.8, 1e-12);
}

TEST(Silhouette, IsZeroWhereAllRowsAreEqual) {
  const auto found =
      silhouette(*make_cpu_backend(1), in_blocks(Matrix<float>(4, 2)), Labels{0, 0, 1, 1});
  EXPECT_EQ(found.values, std::vector<double>(4, 0.0));
}

TEST(Silhouette, LeavesOutFellowsWithoutWeight) {
  const Matrix<float> x(4, 1, {0, 1, 5, 6});
  const auto found =
      silhouette(*make_cpu_backend(1), in_blocks(x, {0.3F, 0, 1, 1}), Labels{0, 0, 1, 1});
  EXPECT_EQ(found.values[0], 0);
  EXPECT_GT(found.values[1], 0.5);
  EXPECT_GT(found.values[2], 0.5);
}

TEST(Silhouette, RefusesLabelsItCannotJudge) {
  const auto backend = make_cpu_backend(1);
  const auto data = in_blocks(test::random_matrix(4, 2, 67));
  EXPECT_THROW((void)silhouette(*backend, data, Labels{0, 0, -1, 1}), UsageError);
  EXPECT_THROW((void)silhouette(*backend, data, Labels{0, 0, 1}), UsageError);
  EXPECT_THROW((void)silhouette(*backend, data, Labels{2, 2, 2, 2}), UsageError);
  EXPECT_THROW((void)silhouette(*backend, data, Labels{0, 1, 2, 3}), UsageError);
  EXPECT_THROW(
      (void)silhouette(*backend, in_blocks(Matrix<float>(3, 1, {1e30F, 0, 1})), Labels{0, 0, 1}),
      DataError);
}

}  // namespace
}  // namespace cohort
