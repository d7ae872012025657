// Rows that stand for several: K-means from given centres and silhouettes are those of all rows,
// and the CPU's, byte for byte.

#include <gtest/gtest.h>

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"
#include "tests/support/given_start.hpp"

namespace cohort::testing {
namespace {

using CollapseParity = Parity;

/// Two centres among the answers and `lost` where no row is nearest.
Matrix<float> start_of(std::int64_t d, std::int64_t lost) {
  Matrix<float> start(2 + lost, d);
  for (std::int64_t j = 0; j < d; ++j) {
    start(1, j) = 3;
    for (std::int64_t c = 2; c < start.rows(); ++c) start(c, j) = 1000.0F + static_cast<float>(c);
  }
  return start;
}

TEST_F(CollapseParity, KMeansIsThatOfAllRows) {
  for (const std::int64_t n : cases<std::int64_t>({256, 33, 2000}))
    for (const std::int64_t d : {1, 3, 40})
      for (const std::int64_t lost : cases<std::int64_t>({3, 0})) {
        if (n > 300 && d > 3) continue;
        SCOPED_TRACE(::testing::Message() << n << " x " << d << ", " << lost << " lost centres");
        const Matrix<float> x = matrix_of(Values::discrete, n, d, 41);
        const KMeansParams params = from(start_of(d, lost));
        const KMeansFit whole = cpu().kmeans(*cpu().upload(x, {}), params);
        const DistinctRows rows = gpu().distinct(*gpu().upload(x, {}));
        const KMeansFit found = gpu().kmeans(*rows.data, params);
        EXPECT_EQ(bytes_of(found.centers), bytes_of(whole.centers));
        EXPECT_EQ(bytes_of(found.shares), bytes_of(whole.shares));
        EXPECT_EQ(found.inertia, whole.inertia);
        EXPECT_EQ(found.n_iter, whole.n_iter);
        for (std::size_t i = 0; i < whole.labels.size(); ++i)
          ASSERT_EQ(found.labels[static_cast<std::size_t>(rows.group[i])], whole.labels[i]);
      }
}

TEST_F(CollapseParity, SilhouettesAreThoseOfAllRows) {
  for (const std::int64_t n : {40, 500}) {
    const Matrix<float> x = matrix_of(Values::discrete, n, 2, 43);
    const DistinctRows rows = gpu().distinct(*gpu().upload(x, {}));
    std::vector<std::int32_t> of_distinct;
    for (std::size_t g = 0; g < rows.first.size(); ++g)
      of_distinct.push_back(static_cast<std::int32_t>(g % 3));
    std::vector<std::int32_t> labels;
    for (const std::int32_t group : rows.group) labels.push_back(group % 3);
    const SilhouetteResult whole = cpu().silhouette(*cpu().upload(x, {}), labels, 3);
    const SilhouetteResult found = gpu().silhouette(*rows.data, of_distinct, 3);
    EXPECT_EQ(bytes_of(found.cluster_means), bytes_of(whole.cluster_means));
    EXPECT_EQ(found.mean, whole.mean);
    for (std::size_t i = 0; i < labels.size(); ++i)
      ASSERT_EQ(found.values[static_cast<std::size_t>(rows.group[i])], whole.values[i]);
  }
}

}  // namespace
}  // namespace cohort::testing
