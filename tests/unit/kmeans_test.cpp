#include "cohort/kmeans.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/reference/kmeans.hpp"
#include "tests/unit/kmeans_cases.hpp"

namespace cohort {
namespace {

using test::blobs;
using test::drawn;
using test::first_rows;
using test::fit;
using test::fit_on_cpu;
using test::from;
using ::testing::ElementsAre;

std::string error_of(const Matrix<float>& x, const KMeansParams& params) {
  try {
    static_cast<void>(fit(x, {}, params));
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(KMeans, FindsTwoPairs) {
  const Matrix<float> x(4, 1, {0, 1, 10, 12});
  const KMeansResult result = fit(x, {}, from(Matrix<float>(2, 1, {0, 1})));
  EXPECT_THAT(result.labels, ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(result.centers(0, 0), 0.5F);
  EXPECT_EQ(result.centers(1, 0), 11.0F);
  EXPECT_THAT(result.sizes, ElementsAre(2, 2));
  EXPECT_THAT(result.shares, ElementsAre(0.5, 0.5));
  EXPECT_EQ(result.inertia, 2.5);
  EXPECT_EQ(result.n_init, 1);
  EXPECT_TRUE(result.converged);
}

// A sum of squares minus a square of sums would leave nothing here.
TEST(KMeans, KeepsTheInertiaOfTightClusters) {
  const Matrix<float> x(4, 1, {-1.0001F, -0.9999F, 0.9999F, 1.0001F});
  EXPECT_NEAR(fit(x, {}, drawn(2)).inertia, 4.0013276e-08, 5e-15);
}

TEST(KMeans, NumbersClustersBySizeThenFirstMember) {
  const Matrix<float> x(7, 1, {50, 0, 0.5F, 90, 91, 100, 49});
  const KMeansResult result = fit(x, {}, from(Matrix<float>(3, 1, {0, 50, 95})));
  EXPECT_THAT(result.sizes, ElementsAre(3, 2, 2));
  EXPECT_THAT(result.labels, ElementsAre(1, 2, 2, 0, 0, 0, 1));
  EXPECT_EQ(result.centers(1, 0), 49.5F);
}

TEST(KMeans, GivesTiesToTheLowestCenter) {
  const Matrix<float> x(3, 1, {-1, 0, 1});
  KMeansParams params = from(Matrix<float>(2, 1, {1, -1}));
  params.max_iter = 1;
  params.tol = 0;
  const KMeansFit result = fit_on_cpu(x, {}, params);
  EXPECT_EQ(result.centers(0, 0), 0.5F);
  EXPECT_EQ(result.centers(1, 0), -1.0F);
  EXPECT_EQ(result.n_iter, 1);
  EXPECT_FALSE(result.converged);
}

class KMeansReference : public ::testing::TestWithParam<std::array<std::int64_t, 3>> {};

TEST_P(KMeansReference, AgreesFromTheSameStart) {
  const auto [n, d, k] = GetParam();
  const Matrix<float> x = blobs(n, d, k, 1.0F);
  for (const bool with_weights : {false, true}) {
    std::vector<float> weights;
    for (std::int64_t i = 0; with_weights && i < n; ++i)
      weights.push_back(1.5F + test::uniform(77, static_cast<std::uint64_t>(i)));
    for (const double tol : {0.0, 1e-2}) {
      KMeansParams params = from(first_rows(x, k));
      params.tol = tol;
      const KMeansFit result = fit_on_cpu(x, weights, params);
      const reference::KMeans expected = reference::kmeans(
          x, weights, params.centers, params.max_iter, tol * reference::mean_variance(x, weights));
      EXPECT_EQ(result.labels, expected.labels);
      EXPECT_EQ(result.n_iter, expected.n_iter);
      EXPECT_NEAR(result.inertia, expected.inertia, 1e-6 * expected.inertia);
      for (std::int64_t i = 0; i < k * d; ++i)
        EXPECT_NEAR(result.centers.data()[i], expected.centers.data()[i], 1e-6) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, KMeansReference,
                         ::testing::Values(std::array<std::int64_t, 3>{15, 1, 1},
                                           std::array<std::int64_t, 3>{16, 3, 2},
                                           std::array<std::int64_t, 3>{17, 2, 2},
                                           std::array<std::int64_t, 3>{33, 6, 3},
                                           std::array<std::int64_t, 3>{1000, 5, 4},
                                           std::array<std::int64_t, 3>{1000, 33, 13},
                                           std::array<std::int64_t, 3>{5000, 2, 17},
                                           std::array<std::int64_t, 3>{10007, 6, 4}));

TEST(KMeans, HandlesMoreClustersThanABytesWorth) {
  const Matrix<float> x = blobs(3000, 3, 300, 0.05F);
  const KMeansParams params = from(first_rows(x, 300));
  EXPECT_EQ(fit_on_cpu(x, {}, params).labels.size(), 3000U);
  EXPECT_EQ(fit(x, {}, drawn(300, 1)).sizes.size(), 300U);
}

TEST(KMeans, PutsOneClusterAtTheMean) {
  for (const std::int64_t n : {1, 15, 16, 17, 33}) {
    const Matrix<float> x = blobs(n, 3, 2, 1.0F);
    const KMeansResult result = fit(x, {}, drawn(1));
    double sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += static_cast<double>(x(i, 2));
    EXPECT_FLOAT_EQ(result.centers(0, 2), static_cast<float>(sum / static_cast<double>(n)));
    EXPECT_THAT(result.sizes, ElementsAre(n));
  }
}

TEST(KMeans, GivesEachRowItsClusterWhenThereAreAsMany) {
  for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random}) {
    const Matrix<float> x = blobs(17, 2, 17, 1.0F);
    KMeansParams params = drawn(17);
    params.init = init;
    const KMeansResult result = fit(x, {}, params);
    EXPECT_EQ(result.inertia, 0.0);
    for (std::int32_t i = 0; i < 17; ++i) EXPECT_EQ(result.labels[static_cast<std::size_t>(i)], i);
  }
}

TEST(KMeans, FillsEmptyClustersWithTheFarthestRows) {
  const Matrix<float> x(5, 1, {0, 1, 2, 30, 100});
  const KMeansResult result = fit(x, {}, from(Matrix<float>(3, 1, {0, 1000, 1001})));
  EXPECT_THAT(result.labels, ElementsAre(0, 0, 0, 1, 2));
  EXPECT_EQ(result.inertia, 2.0);
}

TEST(KMeans, FillsEmptyClustersOnTiesWithTheLowestRow) {
  const Matrix<float> x(4, 1, {-8, 8, 0, 0});
  KMeansParams params = from(Matrix<float>(2, 1, {0, 1000}));
  params.max_iter = 1;
  const KMeansFit result = fit_on_cpu(x, {}, params);
  EXPECT_EQ(result.centers(1, 0), -8.0F);
  EXPECT_EQ(result.centers(0, 0), 8.0F / 3);
}

TEST(KMeans, NeverEmptiesOneClusterToFillAnother) {
  // Row 2 is the farthest, and all that its cluster has.
  const Matrix<float> x(3, 1, {0, 1, 500});
  const KMeansResult result = fit(x, {}, from(Matrix<float>(3, 1, {0, 400, 5000})));
  EXPECT_EQ(result.inertia, 0.0);
  EXPECT_THAT(result.sizes, ElementsAre(1, 1, 1));
}

TEST(KMeans, RefusesMoreClustersThanDistinctRows) {
  Matrix<float> x(40, 2);
  for (std::int64_t i = 0; i < 40; ++i) x(i, 0) = static_cast<float>(i % 3);
  const std::string message =
      "4 clusters need 4 distinct rows; the data hold 3; use --n-clusters 3 or fewer";
  KMeansParams params = drawn(4);
  EXPECT_EQ(error_of(x, params), message);
  params.init = KMeansInit::random;
  EXPECT_EQ(error_of(x, params), message);
  EXPECT_EQ(error_of(x, from(first_rows(x, 4))), message);
  params = drawn(3);
  EXPECT_EQ(fit(x, {}, params).inertia, 0.0);
}

TEST(KMeans, TakesConstantRowsAsOneCluster) {
  const Matrix<float> x(20, 2, std::vector<float>(40, 7.25F));
  const KMeansResult result = fit(x, {}, drawn(1));
  EXPECT_EQ(result.inertia, 0.0);
  EXPECT_EQ(result.centers(0, 1), 7.25F);
  EXPECT_EQ(error_of(x, drawn(2)),
            "2 clusters need 2 distinct rows; the data hold 1; use --n-clusters 1 or fewer");
}

TEST(KMeans, RefusesWhatIsOutOfRangeInOneLine) {
  const Matrix<float> x = blobs(3, 2, 2, 1.0F);
  EXPECT_EQ(error_of(x, drawn(0)), "--n-clusters must be at least 1, and it is 0");
  EXPECT_EQ(error_of(x, drawn(2, -1)), "--n-init must be at least 1, or 0 for auto, and it is -1");
  KMeansParams params = drawn(2);
  params.max_iter = 0;
  EXPECT_EQ(error_of(x, params), "--max-iter must be at least 1, and it is 0");
  params = drawn(2);
  params.tol = -1;
  EXPECT_EQ(error_of(x, params), "--tol must be a finite number of at least 0, and it is -1");
  params.tol = std::nan("");
  EXPECT_THAT(error_of(x, params), ::testing::HasSubstr("and it is nan"));
  EXPECT_EQ(error_of(x, drawn(4)), "fewer rows (3) than clusters (4); use --n-clusters 3 or fewer");
  EXPECT_THAT(error_of(x, from(Matrix<float>(2, 3))), ::testing::HasSubstr("are 2 x 3"));
  EXPECT_THAT(error_of(x, from(Matrix<float>(1, 2, {0, INFINITY}))),
              ::testing::HasSubstr("hold inf in row 1, column 2"));
}

TEST(KMeans, RefusesDistancesBeyondFloat) {
  const Matrix<float> x(3, 1, {-3e38F, 0, 3e38F});
  EXPECT_THAT(error_of(x, drawn(2)), ::testing::HasSubstr("exceed the range of float32"));
  EXPECT_THAT(error_of(x, from(Matrix<float>(1, 1, {0}))),
              ::testing::HasSubstr("exceed the range of float32"));
}

TEST(KMeans, WorksAtExtremeScales) {
  for (const float scale : {1e-15F, 1e-6F, 1e15F}) {
    Matrix<float> x = blobs(100, 2, 3, 0.1F);
    const KMeansResult plain = fit(x, {}, from(first_rows(x, 3)));
    for (std::int64_t i = 0; i < 200; ++i) x.data()[i] *= scale;
    const KMeansResult scaled = fit(x, {}, from(first_rows(x, 3)));
    EXPECT_EQ(scaled.labels, plain.labels) << scale;
    EXPECT_NEAR(scaled.inertia / scale / scale, plain.inertia, 1e-5 * plain.inertia);
  }
}

TEST(ResolvedNInit, FollowsTheSizeOfTheData) {
  KMeansParams params = drawn(4, 0);
  EXPECT_EQ(resolved_n_init(params, 72, 6), 100);
  EXPECT_EQ(resolved_n_init(params, 200000, 5), 50);
  EXPECT_EQ(resolved_n_init(params, 1000000, 6), 10);
  params.n_init = 7;
  EXPECT_EQ(resolved_n_init(params, 72, 6), 7);
  params.init = KMeansInit::given;
  EXPECT_EQ(resolved_n_init(params, 72, 6), 1);
}

}  // namespace
}  // namespace cohort
