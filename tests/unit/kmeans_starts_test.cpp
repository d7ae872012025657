#include "host/cpu/kmeans_starts.hpp"

#include <set>

#include <gtest/gtest.h>

#include "tests/unit/kmeans_cases.hpp"

namespace cohort {
namespace {

using test::blobs;
using test::bytes_of;
using test::drawn;

std::vector<Matrix<float>> starts_of(const Matrix<float>& x, const std::vector<float>& weights,
                                     const KMeansParams& params, cpu::RestartRange restarts) {
  ThreadPool pool(2);
  const cpu::Machine machine{pool, cpu::best_isa()};
  const auto data = cpu::upload(x, weights, machine);
  const cpu::KMeansSums sums(*data, machine);
  return cpu::kmeans_starts(*data, params, sums, restarts, machine, [] {});
}

TEST(DrawTable, FindsTheFirstRowWhosePrefixSumExceedsTheDraw) {
  // Tasks of 4096 rows: rows 0, 2 and 4097 have terms.
  const auto term = [](std::int64_t row) -> std::int64_t {
    return row == 0 ? 2 : row == 2 ? 3 : row == 4097 ? 4 : 0;
  };
  cpu::DrawTable table({5, 4});
  EXPECT_EQ(table.total(), 9);
  const std::int64_t expected[] = {0, 0, 2, 2, 2, 4097, 4097, 4097, 4097};
  for (std::uint64_t u = 0; u < 9; ++u) EXPECT_EQ(table.find(u, term), expected[u]) << u;
  table.take_out(2, 3);
  EXPECT_EQ(table.total(), 6);
}

TEST(KMeansStarts, OfPlusPlusLieInEveryFarApartCluster) {
  Matrix<float> x(300, 1);
  for (std::int64_t i = 0; i < 300; ++i)
    x(i, 0) = 1000.0F * static_cast<float>(i % 3) + test::uniform(3, static_cast<std::uint64_t>(i));
  for (const Matrix<float>& start : starts_of(x, {}, drawn(3), {0, 50})) {
    std::set<int> clusters;
    for (std::int64_t c = 0; c < 3; ++c)
      clusters.insert(static_cast<int>(start(c, 0) / 1000 + 0.5F));
    EXPECT_EQ(clusters.size(), 3U);
  }
}

TEST(KMeansStarts, AreDrawnByWeight) {
  const Matrix<float> x(4, 1, {1, 2, 3, 4});
  for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random}) {
    KMeansParams params = drawn(1);
    params.init = init;
    int threes = 0;
    for (const Matrix<float>& start : starts_of(x, {0, 1, 3, 0}, params, {0, 4000})) {
      EXPECT_TRUE(start(0, 0) == 2 || start(0, 0) == 3);
      threes += start(0, 0) == 3 ? 1 : 0;
    }
    EXPECT_NEAR(threes, 3000, 110);  // four standard deviations
  }
}

TEST(KMeansStarts, AtRandomNeverTakeARowTwice) {
  const Matrix<float> x = blobs(9000, 2, 3, 1.0F);
  KMeansParams params = drawn(500);
  params.init = KMeansInit::random;
  for (const Matrix<float>& start : starts_of(x, {}, params, {0, 3})) {
    std::set<std::pair<float, float>> rows;
    for (std::int64_t c = 0; c < 500; ++c) rows.insert({start(c, 0), start(c, 1)});
    EXPECT_EQ(rows.size(), 500U);
  }
}

TEST(KMeansStarts, DependOnSeedAndRestartAlone) {
  const Matrix<float> x = blobs(5000, 3, 6, 2.0F);
  for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random}) {
    KMeansParams params = drawn(6);
    params.init = init;
    const auto together = starts_of(x, {}, params, {0, 5});
    const auto alone = starts_of(x, {}, params, {3, 1});
    EXPECT_EQ(bytes_of(alone[0]), bytes_of(together[3]));
    EXPECT_NE(bytes_of(together[2]), bytes_of(together[3]));
    params.seed = 1;
    EXPECT_NE(bytes_of(starts_of(x, {}, params, {3, 1})[0]), bytes_of(together[3]));
  }
}

}  // namespace
}  // namespace cohort
