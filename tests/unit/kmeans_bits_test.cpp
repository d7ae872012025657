// What may not change one bit of a fit: threads, instruction sets, the order of rows, counting
// equal rows as one.

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "host/cpu/kmeans_sums.hpp"
#include "tests/unit/kmeans_cases.hpp"

namespace cohort {
namespace {

using test::blobs;
using test::bytes_of;
using test::drawn;
using test::first_rows;
using test::fit_on_cpu;
using test::from;

std::vector<float> fractional_weights(std::int64_t n) {
  std::vector<float> weights;
  for (std::int64_t i = 0; i < n; ++i)
    weights.push_back(i % 7 == 0 ? 0.0F
                                 : 0.3F + 0.29F * test::uniform(5, static_cast<std::uint64_t>(i)));
  return weights;
}

TEST(KMeansBits, AreTheSameForAnyThreadsAndInstructionSet) {
  for (const std::int64_t n : {1, 15, 16, 17, 33, 1000, 4500}) {
    const Matrix<float> x = blobs(n, 5, 6, 1.5F);
    for (const bool weighted : {false, true}) {
      const std::vector<float> weights =
          weighted && n > 1 ? fractional_weights(n) : std::vector<float>();
      for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random}) {
        for (const std::int64_t k : {1, 7, 18}) {
          if (n < 2 * k && k > 1) continue;
          KMeansParams params = drawn(k);
          params.init = init;
          const std::string expected =
              bytes_of(fit_on_cpu(x, weights, params, 1, cpu::Isa::baseline));
          for (const cpu::Isa isa : test::instruction_sets())
            for (const int threads : {1, 2, 5})
              EXPECT_EQ(bytes_of(fit_on_cpu(x, weights, params, threads, isa)), expected)
                  << n << " rows, k = " << k << ", " << threads << " threads";
        }
      }
    }
  }
}

TEST(KMeansBits, OfCentersDoNotDependOnTheOrderOfRows) {
  const Matrix<float> x = blobs(5000, 4, 5, 2.0F);
  const Matrix<float> start = first_rows(x, 5);
  Matrix<float> shuffled(5000, 4);
  for (std::int64_t i = 0; i < 5000; ++i)
    for (std::int64_t j = 0; j < 4; ++j) shuffled(i, j) = x((i * 1234567 + 89) % 5000, j);
  const KMeansFit one = fit_on_cpu(x, {}, from(start));
  const KMeansFit other = fit_on_cpu(shuffled, {}, from(start));
  EXPECT_EQ(bytes_of(one.centers), bytes_of(other.centers));
  EXPECT_EQ(one.inertia, other.inertia);
  EXPECT_EQ(one.n_iter, other.n_iter);
  for (std::int64_t i = 0; i < 5000; ++i)
    ASSERT_EQ(other.labels[static_cast<std::size_t>(i)],
              one.labels[static_cast<std::size_t>((i * 1234567 + 89) % 5000)]);
}

TEST(KMeansBits, AreThoseOfRepeatedRowsForWholeWeights) {
  const Matrix<float> x = blobs(700, 3, 4, 2.0F);
  std::vector<float> weights;
  std::vector<float> repeated;
  for (std::int64_t i = 0; i < 700; ++i) {
    weights.push_back(static_cast<float>(i % 5));
    for (std::int64_t copy = 0; copy < i % 5; ++copy)
      repeated.insert(repeated.end(), x.row(i).begin(), x.row(i).end());
  }
  const auto n = std::ssize(repeated) / 3;
  const Matrix<float> start = first_rows(x, 4);
  const KMeansFit weighted = fit_on_cpu(x, weights, from(start));
  const KMeansFit counted = fit_on_cpu(Matrix<float>(n, 3, repeated), {}, from(start));
  EXPECT_EQ(bytes_of(weighted.centers), bytes_of(counted.centers));
  EXPECT_EQ(weighted.inertia, counted.inertia);
  EXPECT_EQ(weighted.shares, counted.shares);
  EXPECT_EQ(weighted.n_iter, counted.n_iter);
}

double mean_of_all(const cpu::KMeansSums& sums) {
  return sums.mean(sums.totals()[0], sums.total_weight(), 0);
}

// Values that are on no common grid: what is rounded is rounded before it is counted.
TEST(KMeansBits, OfSumsAreThoseOfRepeatedRowsBelowTheGrid) {
  const Matrix<float> x(3, 1, {1.0F, 1.1e-9F, -3.3e-10F});
  const Matrix<float> repeated(
      9, 1,
      {1.0F, 1.1e-9F, 1.1e-9F, 1.1e-9F, -3.3e-10F, -3.3e-10F, -3.3e-10F, -3.3e-10F, -3.3e-10F});
  ThreadPool pool(1);
  const cpu::Machine machine{pool, cpu::best_isa()};
  const std::vector<float> weights = {1, 3, 5};
  const auto few = cpu::upload(x, weights, machine);
  const auto many = cpu::upload(repeated, {}, machine);
  const cpu::KMeansSums weighted(*few, machine);
  const cpu::KMeansSums counted(*many, machine);
  EXPECT_EQ(mean_of_all(weighted), mean_of_all(counted));
}

// A heavy row must not take bits from the others, and weights of any size are weights.
TEST(KMeansBits, DoNotDependOnHowHeavyRowsAreTogether) {
  const Matrix<float> x(6, 1, {0.1F, 0.2F, 1, 5, 6, 7});
  const Matrix<float> start(2, 1, {0, 7});
  const KMeansFit plain = fit_on_cpu(x, {}, from(start));
  for (const float weight : {0x1p-120F, 0x1p-50F, 0x1p10F, 0x1p50F, 0x1p100F}) {
    const KMeansFit weighted = fit_on_cpu(x, std::vector<float>(6, weight), from(start));
    EXPECT_EQ(bytes_of(weighted.centers), bytes_of(plain.centers)) << weight;
    EXPECT_EQ(weighted.shares, plain.shares) << weight;
    EXPECT_EQ(weighted.labels, plain.labels) << weight;
  }
}

TEST(KMeansBits, OfAHeavyRowAreThoseOfItsCopies) {
  Matrix<float> repeated(100002, 1);
  for (std::int64_t i = 0; i < 100000; ++i) repeated(i, 0) = 1.1e-9F;
  repeated(100000, 0) = 1;
  repeated(100001, 0) = -3.3e-10F;
  const Matrix<float> x(3, 1, {1.1e-9F, 1, -3.3e-10F});
  ThreadPool pool(1);
  const cpu::Machine machine{pool, cpu::best_isa()};
  const auto heavy = cpu::upload(x, std::vector<float>{100000, 1, 1}, machine);
  const auto copies = cpu::upload(repeated, {}, machine);
  EXPECT_EQ(mean_of_all(cpu::KMeansSums(*heavy, machine)),
            mean_of_all(cpu::KMeansSums(*copies, machine)));
}

TEST(KMeansBits, DoNotDependOnAPowerOfTwoInTheWeights) {
  const Matrix<float> x = blobs(500, 3, 4, 2.0F);
  std::vector<float> weights = fractional_weights(500);
  const KMeansFit plain = fit_on_cpu(x, weights, drawn(4));
  for (float& weight : weights) weight *= 0x1p-20F;
  const KMeansFit tiny = fit_on_cpu(x, weights, drawn(4));
  EXPECT_EQ(bytes_of(tiny.centers), bytes_of(plain.centers));
  EXPECT_EQ(tiny.labels, plain.labels);
  EXPECT_EQ(tiny.inertia * 0x1p20, plain.inertia);
}

TEST(KMeansBits, RowsOfNoWeightMoveNothing) {
  Matrix<float> x = blobs(200, 2, 3, 0.5F);
  std::vector<float> weights(200, 1.0F);
  for (const std::int64_t i : {0, 17, 199}) {
    x(i, 0) = 1e6F;
    weights[static_cast<std::size_t>(i)] = 0;
  }
  const KMeansFit fit = fit_on_cpu(x, weights, drawn(3));
  EXPECT_LT(fit.inertia, 200 * 2);
  for (const float center : {fit.centers(0, 0), fit.centers(1, 0), fit.centers(2, 0)})
    EXPECT_LT(center, 10.0F);
  EXPECT_EQ(fit.labels[0], fit.labels[199]);
}

TEST(KMeansBits, SumsHoldManyRowsAtTheEndOfTheGrid) {
  const std::int64_t n = 200003;
  Matrix<float> x(n, 2);
  for (std::int64_t i = 0; i < n; ++i) {
    x(i, 0) = i % 2 == 0 ? 16777215.0F : -16777215.0F;
    x(i, 1) = i % 2 == 0 ? -0x1.fffffep-1F : 0x1.fffffep-1F;
  }
  for (const cpu::Isa isa : test::instruction_sets()) {
    const KMeansFit fit = fit_on_cpu(x, {}, from(first_rows(x, 2)), 2, isa);
    EXPECT_EQ(bytes_of(fit.centers), bytes_of(first_rows(x, 2)));
    EXPECT_EQ(fit.inertia, 0.0);
    EXPECT_EQ(fit.shares[0], 100002.0 / 200003.0);
  }
}

TEST(KMeansBits, RestartsAreTheSameAloneAndTogether) {
  const Matrix<float> x = blobs(2000, 3, 8, 2.5F);
  KMeansParams params = drawn(6, 12);
  const KMeansFit twelve = fit_on_cpu(x, {}, params);
  params.n_init = twelve.best_init + 1;
  EXPECT_EQ(bytes_of(fit_on_cpu(x, {}, params)), bytes_of(twelve));
  params.n_init = twelve.best_init;
  if (params.n_init > 0) {
    EXPECT_GT(fit_on_cpu(x, {}, params).inertia, twelve.inertia);
  }
}

std::uint64_t fnv1a(const std::string& bytes) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
  return hash;
}

// Holds every compiler, sanitizer and machine to the bits of the first.
TEST(KMeansBits, AreTheOnesWrittenDown) {
  const Matrix<float> x = blobs(4321, 6, 7, 1.5F);
  EXPECT_EQ(fnv1a(bytes_of(fit_on_cpu(x, {}, drawn(5, 4)))), 16481807259384268357ULL);
  EXPECT_EQ(fnv1a(bytes_of(fit_on_cpu(x, fractional_weights(4321), drawn(5, 4)))),
            3638607711527313512ULL);
}

TEST(Upload, ComesBackWhole) {
  ThreadPool pool(2);
  const cpu::Machine machine{pool, cpu::best_isa()};
  for (const std::int64_t n : {1, 15, 16, 17, 33, 9000}) {
    const Matrix<float> x = blobs(n, 3, 2, 1.0F);
    const std::vector<float> weights(static_cast<std::size_t>(n), 2.5F);
    const auto data = cpu::upload(x, weights, machine);
    EXPECT_EQ(bytes_of(cpu::download(*data, machine)), bytes_of(x));
    EXPECT_EQ(data->at(n - 1, 2), x(n - 1, 2));
    EXPECT_EQ(data->weight(n - 1), 2.5);
    EXPECT_EQ(data->weights.size() % 16, 0U);
    EXPECT_EQ(std::ranges::count(data->weights, 2.5F), n);
  }
}

TEST(Assign, FindsTheNearestCenterAndItsDistance) {
  ThreadPool pool(2);
  for (const cpu::Isa isa : test::instruction_sets()) {
    const cpu::Machine machine{pool, isa};
    for (const std::int64_t n : {1, 17, 5000}) {
      const Matrix<float> x = blobs(n, 4, 3, 1.0F);
      const Matrix<float> centers = blobs(29, 4, 3, 1.0F, 9);
      const auto data = cpu::upload(x, {}, machine);
      const Assignment found = cpu::assign(*data, centers, machine);
      ASSERT_EQ(std::ssize(found.labels), n);
      ASSERT_EQ(std::ssize(found.squared_distance), n);
      for (std::int64_t i = 0; i < n; ++i) {
        std::int32_t best = -1;
        float least = 0;
        for (std::int32_t c = 0; c < 29; ++c) {
          float distance = 0;
          for (std::int64_t j = 0; j < 4; ++j)
            distance = add_squared_difference(x(i, j), centers(c, j), distance);
          if (best < 0 || distance < least) {
            best = c;
            least = distance;
          }
        }
        EXPECT_EQ(found.labels[static_cast<std::size_t>(i)], best);
        EXPECT_EQ(found.squared_distance[static_cast<std::size_t>(i)], least);
      }
    }
  }
}

}  // namespace
}  // namespace cohort
