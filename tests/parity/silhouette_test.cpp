// Every row's silhouette and every mean, byte for byte the CPU's.

#include <vector>

#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

using Labels = std::vector<std::int32_t>;

/// Labels drawn from [0, k).
Labels drawn(std::int64_t n, std::int64_t k, std::uint64_t seed) {
  Labels labels;
  for (std::int64_t i = 0; i < n; ++i)
    labels.push_back(static_cast<std::int32_t>(uniform(seed, static_cast<std::uint64_t>(i)) *
                                               static_cast<double>(k)));
  return labels;
}

class SilhouetteParity : public Parity {
 protected:
  SilhouetteResult expect_equal(const Matrix<float>& x, const std::vector<float>& weights,
                                const Labels& labels, std::int64_t n_clusters) {
    const SilhouetteResult expected =
        cpu().silhouette(*cpu().upload(x.view(), weights), labels, n_clusters);
    SilhouetteResult found = gpu().silhouette(*gpu().upload(x.view(), weights), labels, n_clusters);
    EXPECT_EQ(bytes_of(found.values), bytes_of(expected.values));
    EXPECT_EQ(bytes_of(found.cluster_means), bytes_of(expected.cluster_means));
    EXPECT_EQ(bytes_of(&found.mean, 1), bytes_of(&expected.mean, 1));
    return found;
  }
};

TEST_F(SilhouetteParity, HasTheSameBytes) {
  for (const std::int64_t n : kRowCounts)
    for (const Values values : kAllValues)
      for (const Weighting weighting : kAllWeightings) {
        if (n > 300 && values != Values::smooth) continue;
        SCOPED_TRACE(::testing::Message() << n << " rows, values " << static_cast<int>(values)
                                          << ", weights " << static_cast<int>(weighting));
        (void)expect_equal(matrix_of(values, n, 2, 31), weights_of(weighting, n, 32),
                           drawn(n, 4, 33), 4);
      }
  for (const std::int64_t d : cases<std::int64_t>({1, 3, 31, 32, 33, 65}))
    (void)expect_equal(matrix_of(Values::smooth, 70, d, 31), {}, drawn(70, 4, 33), 4);
}

// One cluster, as many as rows, and sizes that end anywhere in the eight rows that pass at a time.
TEST_F(SilhouetteParity, ForClustersOfAnySize) {
  for (const std::int64_t n : {9, 64, 100})
    for (const std::int64_t k : cases<std::int64_t>({1, 2, 7, 13, 50, 100}))
      for (const Weighting weighting : kAllWeightings) {
        SCOPED_TRACE(::testing::Message() << n << " rows, " << k << " clusters");
        (void)expect_equal(matrix_of(Values::smooth, n, 3, 34), weights_of(weighting, n, 35),
                           drawn(n, k, 36), k);
        Labels in_turn;
        for (std::int64_t i = 0; i < n; ++i) in_turn.push_back(static_cast<std::int32_t>(i % k));
        (void)expect_equal(matrix_of(Values::discrete, n, 2, 37), weights_of(weighting, n, 38),
                           in_turn, k);
      }
}

TEST_F(SilhouetteParity, PassesOverEmptyClusters) {
  Labels labels = drawn(150, 3, 39);
  for (std::int32_t& label : labels) label = 4 * label + 2;  // 2, 6 and 10 of 0 to 13
  for (const Weighting weighting : kAllWeightings) {
    const SilhouetteResult found = expect_equal(matrix_of(Values::smooth, 150, 2, 40),
                                                weights_of(weighting, 150, 41), labels, 14);
    EXPECT_EQ(found.cluster_means.size(), 14U);
    EXPECT_EQ(found.cluster_means[0], 0);
  }
}

TEST_F(SilhouetteParity, ClustersAndFellowsWithoutWeight) {
  const Labels labels = drawn(100, 4, 42);
  std::vector<float> weights = weights_of(Weighting::fractional, 100, 43);
  int left = 1;  // of cluster 1, one row weighs something
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] == 0 || (labels[i] == 1 && left-- <= 0)) weights[i] = 0;
  const SilhouetteResult found =
      expect_equal(matrix_of(Values::smooth, 100, 2, 44), weights, labels, 4);
  EXPECT_EQ(found.cluster_means[0], 0);
  EXPECT_EQ(found.cluster_means[1], 0);
}

TEST_F(SilhouetteParity, RefusesRowsTooFarApart) {
  Matrix<float> x(40, 2);
  x(39, 1) = 1e30F;
  const DataSetPtr data = gpu().upload(x.view(), {});
  try {
    (void)gpu().silhouette(*data, drawn(40, 2, 45), 2);
    FAIL() << "not refused";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "squared distances of these rows exceed float32; scale the features first");
  }
}

TEST_F(SilhouetteParity, IsTheSameUnderEverySchedule) {
  const Matrix<float> x = matrix_of(Values::smooth, 260, 3, 46);
  const std::vector<float> weights = weights_of(Weighting::fractional, 260, 47);
  under_every_schedule([&] { (void)expect_equal(x, weights, drawn(260, 5, 48), 5); });
}

}  // namespace
}  // namespace cohort::testing
