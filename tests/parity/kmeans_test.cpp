// K-means: whole fits, and refusals, are the CPU's byte for byte, in every regime: rows in
// registers (up to 32 features, and few clusters), wide problems; labels of one byte and of four.

#include <cstring>

#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"
#include "tests/support/given_start.hpp"

namespace cohort::testing {
namespace {

using KMeansParity = Parity;

template <class T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Every bit of a fit, or why there is none.
std::string outcome(Backend& backend, const Matrix<float>& x, const std::vector<float>& weights,
                    const KMeansParams& params) {
  try {
    const KMeansFit fit = backend.kmeans(*backend.upload(x, weights), params);
    std::string bytes = bytes_of(fit.labels) + bytes_of(fit.centers) + bytes_of(fit.shares);
    append(bytes, fit.inertia);
    append(bytes, fit.n_iter);
    append(bytes, fit.best_init);
    append(bytes, fit.converged);
    return bytes;
  } catch (const Error& error) {
    return std::string("refused: ") + error.what();
  }
}

KMeansParams drawn(std::int64_t k, KMeansInit init = KMeansInit::kmeans_plus_plus,
                   std::int64_t n_init = 2) {
  KMeansParams params;
  params.n_clusters = k;
  params.init = init;
  params.n_init = n_init;
  params.seed = 5;
  return params;
}

Matrix<float> first_rows(const Matrix<float>& x, std::int64_t k) {
  Matrix<float> rows(k, x.cols());
  std::memcpy(rows.data(), x.data(), static_cast<std::size_t>(k * x.cols()) * sizeof(float));
  return rows;
}

/// n x d rows about a few corners, overlapping.
Matrix<float> blobs(std::int64_t n, std::int64_t d, std::uint64_t seed) {
  Matrix<float> x = matrix_of(Values::smooth, n, d, seed);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto corner =
        static_cast<std::uint64_t>(7 * uniform(seed + 9, static_cast<std::uint64_t>(i)));
    for (std::int64_t j = 0; j < d; ++j)
      x(i, j) += static_cast<float>(5 * uniform(corner, static_cast<std::uint64_t>(j)));
  }
  return x;
}

TEST_F(KMeansParity, HasTheSameBytesInEveryWidth) {
  for (const std::int64_t d : cases<std::int64_t>({1, 3, 4, 5, 8, 9, 16, 17, 31, 32, 33, 70})) {
    const Matrix<float> x = blobs(130 + d, d, 1);
    for (const Weighting weighting : kAllWeightings) {
      const std::vector<float> weights = weights_of(weighting, x.rows(), 2);
      EXPECT_EQ(outcome(gpu(), x, weights, drawn(5)), outcome(cpu(), x, weights, drawn(5)))
          << d << " features, weighting " << static_cast<int>(weighting);
    }
  }
}

TEST_F(KMeansParity, HasTheSameBytesForAnyRows) {
  for (const std::int64_t n : kRowCounts) {
    const Matrix<float> x = blobs(n, 3, 3);
    for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random}) {
      const KMeansParams params = drawn(std::min<std::int64_t>(n, 4), init);
      EXPECT_EQ(outcome(gpu(), x, {}, params), outcome(cpu(), x, {}, params)) << n << " rows";
    }
  }
}

TEST_F(KMeansParity, HasTheSameBytesForAnyClusters) {
  for (const std::int64_t k : cases<std::int64_t>({1, 2, 3, 4, 5, 17, 64, 65, 255, 256, 300}))
    for (const std::int64_t d : {2, 9}) {
      const Matrix<float> x = blobs(330, d, 4);
      const std::vector<float> weights = weights_of(Weighting::fractional, 330, 4);
      KMeansParams params = drawn(k, KMeansInit::random, 2);
      params.max_iter = 3;
      EXPECT_EQ(outcome(gpu(), x, weights, params), outcome(cpu(), x, weights, params))
          << k << " clusters, " << d << " features";
    }
}

TEST_F(KMeansParity, DrawsManyCentersAlike) {
  const Matrix<float> x = blobs(350, 6, 5);
  for (const std::int64_t k : {30, 90}) {
    KMeansParams params = drawn(k, KMeansInit::kmeans_plus_plus, 1);
    params.max_iter = 3;
    EXPECT_EQ(outcome(gpu(), x, {}, params), outcome(cpu(), x, {}, params)) << k << " clusters";
  }
}

TEST_F(KMeansParity, HasTheSameBytesOverSeveralBlocks) {
  const Matrix<float> x = blobs(4000, 6, 6);
  const std::vector<float> weights = weights_of(Weighting::fractional, 4000, 6);
  EXPECT_EQ(outcome(gpu(), x, {}, drawn(4)), outcome(cpu(), x, {}, drawn(4)));
  EXPECT_EQ(outcome(gpu(), x, weights, drawn(4)), outcome(cpu(), x, weights, drawn(4)));
}

TEST_F(KMeansParity, KnowsTheBestOfManyRestarts) {
  const Matrix<float> x = blobs(200, 3, 7);
  for (const std::int64_t n_init : cases<std::int64_t>({12, 1, 70, 3})) {
    for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random}) {
      if (n_init == 70 && init == KMeansInit::kmeans_plus_plus) continue;
      const KMeansParams params = drawn(5, init, n_init);
      EXPECT_EQ(outcome(gpu(), x, {}, params), outcome(cpu(), x, {}, params)) << n_init;
    }
  }
  const Matrix<float> wide = blobs(300, 40, 7);
  EXPECT_EQ(outcome(gpu(), wide, {}, drawn(5, KMeansInit::random, 6)),
            outcome(cpu(), wide, {}, drawn(5, KMeansInit::random, 6)));
}

TEST_F(KMeansParity, BreaksTiesAlike) {
  for (const std::int64_t d : {2, 40}) {
    const Matrix<float> x = matrix_of(Values::discrete, 220, d, 8);
    for (const Weighting weighting : kAllWeightings) {
      const std::vector<float> weights = weights_of(weighting, 220, 8);
      for (const std::int64_t k : cases<std::int64_t>({2, 9}))
        EXPECT_EQ(outcome(gpu(), x, weights, drawn(k)), outcome(cpu(), x, weights, drawn(k)))
            << k << " clusters, " << d << " features";
    }
    // Equal centres, so that every row is a tie.
    Matrix<float> equal(4, d);
    EXPECT_EQ(outcome(gpu(), x, {}, from(equal)), outcome(cpu(), x, {}, from(equal)));
  }
}

// 25 different rows in two features of five answers.
TEST_F(KMeansParity, RefusesTooFewDistinctRowsInTheSameWords) {
  const Matrix<float> x = matrix_of(Values::discrete, 200, 2, 9);
  for (const std::int64_t k : cases<std::int64_t>({26, 25, 30}))
    for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random})
      EXPECT_EQ(outcome(gpu(), x, {}, drawn(k, init)), outcome(cpu(), x, {}, drawn(k, init))) << k;
  for (const std::int64_t d : {3, 40}) {
    const Matrix<float> constant = matrix_of(Values::constant, 100, d, 9);
    for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random}) {
      const std::string expected = outcome(cpu(), constant, {}, drawn(2, init));
      EXPECT_NE(expected.find("refused"), std::string::npos);
      EXPECT_EQ(outcome(gpu(), constant, {}, drawn(2, init)), expected);
    }
    EXPECT_EQ(outcome(gpu(), constant, {}, from(first_rows(constant, 3))),
              outcome(cpu(), constant, {}, from(first_rows(constant, 3))));
    EXPECT_EQ(outcome(gpu(), constant, {}, drawn(1)), outcome(cpu(), constant, {}, drawn(1)));
  }
  // More clusters than rows that weigh anything.
  std::vector<float> weights(200);
  weights[7] = weights[50] = weights[199] = 2;
  for (const std::int64_t k : {2, 3, 4})
    for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random})
      EXPECT_EQ(outcome(gpu(), x, weights, drawn(k, init)),
                outcome(cpu(), x, weights, drawn(k, init)))
          << k;
}

TEST_F(KMeansParity, RefusesRowsTooFarApartInTheSameWords) {
  for (const std::int64_t d : {2, 40}) {
    Matrix<float> x = blobs(100, d, 10);
    x(40, 1) = 3e38F;
    for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random}) {
      const std::string expected = outcome(cpu(), x, {}, drawn(3, init, 3));
      EXPECT_EQ(outcome(gpu(), x, {}, drawn(3, init, 3)), expected);
    }
    EXPECT_NE(outcome(cpu(), x, {}, from(first_rows(x, 1))).find("refused"), std::string::npos);
    EXPECT_EQ(outcome(gpu(), x, {}, from(first_rows(x, 1))),
              outcome(cpu(), x, {}, from(first_rows(x, 1))));
  }
}

// Scores cannot tell such rows apart, and distances underflow or lose all their bits.
TEST_F(KMeansParity, HasTheSameBytesForExtremeValues) {
  for (const std::int64_t d : cases<std::int64_t>({1, 3, 16, 33})) {
    const Matrix<float> wide = matrix_of(Values::wide_range, 200, d, 11);
    EXPECT_EQ(outcome(gpu(), wide, {}, drawn(4)), outcome(cpu(), wide, {}, drawn(4))) << d;
    for (const double scale : cases({1e-22, 1e-19, 1e15, 1e18})) {
      Matrix<float> x = blobs(200, d, 12);
      for (std::int64_t i = 0; i < x.rows() * d; ++i)
        x.data()[i] = static_cast<float>(scale * static_cast<double>(x.data()[i]));
      EXPECT_EQ(outcome(gpu(), x, {}, drawn(4)), outcome(cpu(), x, {}, drawn(4))) << scale;
    }
    Matrix<float> far = blobs(200, d, 13);
    for (std::int64_t i = 0; i < far.rows() * d; ++i) far.data()[i] += 1e5F;
    EXPECT_EQ(outcome(gpu(), far, {}, drawn(4)), outcome(cpu(), far, {}, drawn(4))) << d;
  }
}

TEST_F(KMeansParity, FillsEmptyClustersAlike) {
  for (const std::int64_t d : {2, 40})
    for (const std::int64_t k : {3, 70}) {
      const Matrix<float> x = blobs(200, d, 14);
      Matrix<float> centers = first_rows(x, k);
      for (std::int64_t c = k / 3; c < k; ++c) centers(c, 0) = 1e3F + static_cast<float>(c);
      for (const Weighting weighting : kAllWeightings) {
        const std::vector<float> weights = weights_of(weighting, 200, 14);
        EXPECT_EQ(outcome(gpu(), x, weights, from(centers)),
                  outcome(cpu(), x, weights, from(centers)))
            << k << " clusters, " << d << " features";
      }
      const Matrix<float> few = matrix_of(Values::discrete, 200, d, 15);
      EXPECT_EQ(outcome(gpu(), few, {}, from(centers)), outcome(cpu(), few, {}, from(centers)));
    }
}

TEST_F(KMeansParity, StopsAlike) {
  for (const std::int64_t d : {4, 40}) {
    const Matrix<float> x = blobs(260, d, 16);
    for (const std::int64_t max_iter : {1, 2, 300})
      for (const double tol : cases({1e-4, 0.0, 0.5})) {
        KMeansParams params = drawn(6);
        params.max_iter = max_iter;
        params.tol = tol;
        EXPECT_EQ(outcome(gpu(), x, {}, params), outcome(cpu(), x, {}, params))
            << max_iter << " iterations, tolerance " << tol;
      }
  }
}

TEST_F(KMeansParity, HasTheSameBytesUnderEverySchedule) {
  const Matrix<float> narrow = blobs(1700, 5, 17);
  const Matrix<float> wide = blobs(300, 36, 17);
  const std::vector<float> weights = weights_of(Weighting::fractional, 300, 17);
  const std::string of_narrow = outcome(cpu(), narrow, {}, drawn(6, KMeansInit::random));
  const std::string of_drawn = outcome(cpu(), narrow, {}, drawn(3));
  const std::string of_wide = outcome(cpu(), wide, weights, drawn(3));
  under_every_schedule([&] {
    EXPECT_EQ(outcome(gpu(), narrow, {}, drawn(6, KMeansInit::random)), of_narrow);
    EXPECT_EQ(outcome(gpu(), narrow, {}, drawn(3)), of_drawn);
    EXPECT_EQ(outcome(gpu(), wide, weights, drawn(3)), of_wide);
  });
}

TEST_F(KMeansParity, TellsHowManyPassesItHasMade) {
  const Matrix<float> x = blobs(1000, 4, 18);
  KMeansParams params = drawn(8);
  std::int64_t told = 0;
  params.progress = [&](const Progress& progress) {
    EXPECT_EQ(progress.stage, "K-means");
    EXPECT_EQ(progress.unit, "passes");
    EXPECT_GE(progress.done, told);
    told = progress.done;
  };
  EXPECT_EQ(outcome(gpu(), x, {}, params), outcome(cpu(), x, {}, params));
}

using AssignParity = Parity;

TEST_F(AssignParity, FindsTheSameCentersAndDistances) {
  for (const std::int64_t n : kRowCounts)
    for (const std::int64_t d : {1, 6, 33}) {
      const Matrix<float> x = matrix_of(Values::discrete, n, d, 19);
      for (const std::int64_t k : {1, 5, 70}) {
        const Matrix<float> centers = matrix_of(Values::smooth, k, d, 20);
        const Assignment on_cpu = cpu().assign(*cpu().upload(x, {}), centers);
        const Assignment on_gpu = gpu().assign(*gpu().upload(x, {}), centers);
        EXPECT_EQ(bytes_of(on_gpu.labels), bytes_of(on_cpu.labels)) << n << " x " << d;
        EXPECT_EQ(bytes_of(on_gpu.squared_distance), bytes_of(on_cpu.squared_distance));
      }
    }
}

TEST_F(AssignParity, PutsRowsBeyondFloatsInTheFirstCluster) {
  Matrix<float> x(3, 2, {3e38F, 0, 0, 0, -3e38F, 1});
  const Matrix<float> centers(2, 2, {-3e38F, 0, 0, 5});
  const Assignment on_cpu = cpu().assign(*cpu().upload(x, {}), centers);
  const Assignment on_gpu = gpu().assign(*gpu().upload(x, {}), centers);
  EXPECT_EQ(bytes_of(on_gpu.labels), bytes_of(on_cpu.labels));
  EXPECT_EQ(bytes_of(on_gpu.squared_distance), bytes_of(on_cpu.squared_distance));
}

TEST_F(AssignParity, OfNoRowsIsEmpty) {
  const Matrix<float> x(0, 3);
  const Assignment on_gpu = gpu().assign(*gpu().upload(x, {}), Matrix<float>(2, 3));
  EXPECT_TRUE(on_gpu.labels.empty());
  EXPECT_TRUE(on_gpu.squared_distance.empty());
}

}  // namespace
}  // namespace cohort::testing
