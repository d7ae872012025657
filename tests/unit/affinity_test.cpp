#include "cohort/affinity.hpp"

#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/affinity_arithmetic.hpp"
#include "cohort/backend.hpp"
#include "cohort/error.hpp"

#include "host/cpu/operations.hpp"
#include "tests/reference/affinity.hpp"
#include "tests/support/affinity_cases.hpp"

namespace cohort {
namespace {

using testing::draw;
using ::testing::ElementsAre;
using testing::points_around;
using testing::with;

/// Small whole numbers: ties everywhere.
Matrix<float> grid(std::int64_t n, std::int64_t d, std::uint64_t values, std::uint64_t seed) {
  Matrix<float> x(n, d);
  for (std::int64_t i = 0; i < n * d; ++i)
    x.data()[i] =
        static_cast<float>(below(philox(seed, 2, static_cast<std::uint64_t>(i)).low(), values));
  return x;
}

Matrix<float> matrix(std::int64_t cols, std::vector<float> values) {
  const auto rows = static_cast<std::int64_t>(values.size()) / cols;
  return {rows, cols, std::move(values)};
}

AffinityResult fit(const Matrix<float>& x, const AffinityParams& params = {},
                   std::vector<float> weights = {}, int threads = 1) {
  const auto backend = make_cpu_backend(threads);
  return affinity(*backend, *backend->upload(x, weights), params);
}

reference::Rows doubles(const Matrix<float>& x) {
  reference::Rows rows;
  for (std::int64_t i = 0; i < x.rows(); ++i) rows.emplace_back(x.row(i).begin(), x.row(i).end());
  return rows;
}

/// The same numbering for any labelling of the same partition: by first member.
std::vector<std::int32_t> canonical(const std::vector<std::int32_t>& labels) {
  std::map<std::int32_t, std::int32_t> number;
  std::vector<std::int32_t> result;
  for (const std::int32_t label : labels)
    result.push_back(number.emplace(label, static_cast<std::int32_t>(number.size())).first->second);
  return result;
}

std::set<std::int64_t> as_set(const std::vector<std::int64_t>& values) {
  return {values.begin(), values.end()};
}

std::vector<double> perturbed(double preference, std::size_t n, const AffinityParams& params) {
  std::vector<double> preferences;
  for (std::size_t j = 0; j < n; ++j)
    preferences.push_back(perturbed_preference(preference, std::abs(preference), params.seed, j));
  return preferences;
}

/// Exemplars, partition, iterations and preference as the three-matrix form in double has them.
void expect_as_reference(const Matrix<float>& x, const std::vector<float>& weights,
                         const AffinityParams& params) {
  const reference::Rows s = reference::similarities(doubles(x));
  std::vector<double> w(weights.begin(), weights.end());
  if (w.empty()) w.assign(s.size(), 1.0);
  const double preference = params.preference ? *params.preference : reference::median(s, w);
  const reference::Affinity expected = reference::affinity(
      s, w, std::vector<double>(s.size(), preference), perturbed(preference, s.size(), params),
      params.damping, params.max_iter, params.convergence_iter);
  const AffinityResult result = fit(x, params, weights);
  EXPECT_NEAR(result.preference, preference, 1e-5 * std::abs(preference));
  EXPECT_EQ(as_set(result.exemplars), as_set(expected.exemplars));
  EXPECT_EQ(canonical(result.labels), canonical(expected.labels));
  EXPECT_EQ(result.n_iter, expected.n_iter);
  EXPECT_EQ(result.converged, expected.converged);
}

TEST(Affinity, IsTheThreeMatrixFormInDouble) {
  AffinityParams params = with(0.9, 1000, 50);
  params.preference = -30;
  expect_as_reference(points_around(3, 3, 2, 7), {}, params);
  expect_as_reference(points_around(1, 3, 2, 7), {}, params);
  // The median of an odd number of rows is a similarity itself: a tie by construction, though one
  // that rarely matters.
  for (const std::int64_t n : {15, 16, 17, 33, 100})
    for (const std::int64_t d : {1, 2, 8})
      for (const std::int64_t centers : {std::int64_t{3}, n}) {
        SCOPED_TRACE(::testing::Message() << n << " x " << d << " around " << centers);
        expect_as_reference(points_around(centers, n, d, 7), {}, with(0.9, 1000, 50));
      }
}

TEST(Affinity, IsTheThreeMatrixFormAtOtherDampings) {
  for (const double damping : {0.5, 0.7, 0.95})
    for (const std::int64_t d : {2, 8}) {
      SCOPED_TRACE(::testing::Message() << d << " features, damping " << damping);
      expect_as_reference(points_around(5, 60, d, 3), {}, with(damping, 400, 15));
    }
}

TEST(Affinity, IsTheThreeMatrixFormAtThreeHundredRows) {
  expect_as_reference(points_around(10, 300, 2, 5), {}, with(0.9, 1000, 50));
}

TEST(Affinity, IsTheThreeMatrixFormWithWeights) {
  for (const std::int64_t n : {15, 40, 65}) {
    std::vector<float> weights;
    for (std::int64_t i = 0; i < n; ++i)
      weights.push_back(static_cast<float>(1 + below(philox(9, 3, i).low(), 12)));
    SCOPED_TRACE(n);
    expect_as_reference(points_around(4, n, 3, 11), weights, with(0.9, 1000, 50));
  }
}

TEST(Affinity, StopsAtMaxIterAndSaysSo) {
  const AffinityResult result = fit(points_around(5, 60, 2, 3), with(0.9, 7, 50));
  EXPECT_EQ(result.n_iter, 7);
  EXPECT_FALSE(result.converged);
  // The window must be full and one more iteration made, as in scikit-learn.
  const AffinityResult shortest = fit(points_around(5, 60, 2, 3), with(0.9, 1000, 1));
  EXPECT_GE(shortest.n_iter, 2);
}

TEST(Affinity, HasNoClustersWhereNoRowIsAnExemplarYet) {
  const AffinityResult result = fit(points_around(5, 60, 2, 3), with(0.9, 1, 50));
  EXPECT_TRUE(result.exemplars.empty());
  EXPECT_TRUE(result.sizes.empty());
  EXPECT_FALSE(result.converged);
  EXPECT_EQ(result.labels, std::vector<std::int32_t>(60, -1));
}

TEST(Affinity, GivesARowAloneAClusterOfItsOwn) {
  const AffinityResult result = fit(matrix(2, {3, 4}));
  EXPECT_THAT(result.labels, ElementsAre(0));
  EXPECT_THAT(result.exemplars, ElementsAre(0));
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.n_iter, 0);
}

TEST(Affinity, PutsEqualRowsIntoOneCluster) {
  const AffinityResult result = fit(matrix(1, {5, 5, 5, 5}));
  EXPECT_THAT(result.labels, ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(result.sizes, ElementsAre(4));
  EXPECT_EQ(result.distinct_rows, 1);
}

// The median of {0, 0, -9, -9} is -4.5, above the only similarity: each its own cluster, as
// scikit-learn has it.
TEST(Affinity, TreatsTwoRowsAsScikitLearnDoes) {
  const Matrix<float> x = matrix(1, {0, 3});
  EXPECT_THAT(fit(x).labels, ElementsAre(0, 1));
  EXPECT_EQ(fit(x).preference, -4.5);
  AffinityParams low;
  low.preference = -10;
  EXPECT_THAT(fit(x, low).labels, ElementsAre(0, 0));
  EXPECT_THAT(fit(x, low).exemplars, ElementsAre(0));
  AffinityParams equal;
  equal.preference = -9;
  EXPECT_THAT(fit(x, equal).labels, ElementsAre(0, 0));
}

TEST(Affinity, PrefersTheHeavierOfTwoRows) {
  AffinityParams params;
  params.preference = -100;
  EXPECT_THAT(fit(matrix(1, {0, 3}), params, {1, 5}).exemplars, ElementsAre(1));
  EXPECT_THAT(fit(matrix(1, {0, 3}), params, {5, 1}).exemplars, ElementsAre(0));
}

// A row without weight joins the exemplar it is most like and counts in no share and no median.
TEST(Affinity, LetsRowsWithoutWeightJoin) {
  const Matrix<float> x = matrix(1, {0, 1, 2, 50, 51, 52, 90, 91, 92, 1.25F, 1000});
  const AffinityResult result = fit(x, {}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0});
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.preference, fit(matrix(1, {0, 1, 2, 50, 51, 52, 90, 91, 92})).preference);
  EXPECT_EQ(canonical(result.labels), (std::vector<std::int32_t>{0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 2}));
  for (const double share : result.shares) EXPECT_NEAR(share, 1.0 / 3, 1e-15);
}

TEST(Affinity, HoldsTinyWeights) {
  AffinityParams params;
  params.preference = -10.0 * 0x1p-60;
  const Matrix<float> x = matrix(1, {0, 1, 2, 50, 51, 52});
  const AffinityResult tiny = fit(x, params, std::vector<float>(6, 0x1p-60F));
  params.preference = -10.0;
  EXPECT_EQ(tiny.labels, fit(x, params).labels);
  EXPECT_EQ(tiny.exemplars, fit(x, params).exemplars);
}

TEST(Affinity, NumbersClustersByFallingSize) {
  AffinityParams params;
  params.preference = -20;
  const AffinityResult result =
      fit(matrix(1, {50, 0, 1, 2, 100, 101, 102, 200, 201, 0.5F}), params);
  EXPECT_THAT(result.labels, ElementsAre(3, 0, 0, 0, 1, 1, 1, 2, 2, 0));
  EXPECT_THAT(result.sizes, ElementsAre(4, 3, 2, 1));
  EXPECT_THAT(result.shares, ElementsAre(0.4, 0.3, 0.2, 0.1));
  EXPECT_EQ(result.exemplars[1], 5);
  EXPECT_EQ(result.exemplars[3], 0);
}

TEST(Affinity, SharesFollowTheWeights) {
  AffinityParams params;
  params.preference = -20;
  const AffinityResult result = fit(matrix(1, {0, 1, 0, 50, 51, 50}), params, {1, 1, 2, 4, 4, 4});
  EXPECT_THAT(result.sizes, ElementsAre(3, 3));
  EXPECT_THAT(result.shares, ElementsAre(0.25, 0.75));
}

TEST(Affinity, SumsTheNetSimilarityOfWhatItReports) {
  const Matrix<float> x = points_around(4, 50, 2, 21);
  std::vector<float> weights;
  for (int i = 0; i < 50; ++i) weights.push_back(static_cast<float>(1 + i % 3));
  const AffinityResult result = fit(x, {}, weights);
  double sum = 0;
  for (std::int64_t i = 0; i < 50; ++i) {
    const std::int64_t exemplar = result.exemplars[result.labels[i]];
    sum += i == exemplar ? result.preference : 0;
    for (std::int64_t f = 0; f < 2; ++f)
      sum -= weights[i] * (x(i, f) - x(exemplar, f)) * (x(i, f) - x(exemplar, f));
  }
  EXPECT_NEAR(result.net_similarity, sum, 1e-5 * std::abs(sum));
}

TEST(Affinity, CountsRepeatedRowsAsWeights) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Matrix<float> once = points_around(4, 45, 2, seed);
    std::vector<float> weights;
    std::vector<float> repeated;
    std::vector<std::size_t> origin;
    for (std::int64_t i = 0; i < once.rows(); ++i) {
      weights.push_back(static_cast<float>(1 + (i * i) % 5));
      for (int copy = 0; copy < weights.back(); ++copy) {
        repeated.insert(repeated.end(), once.row(i).begin(), once.row(i).end());
        origin.push_back(static_cast<std::size_t>(i));
      }
    }
    const AffinityResult weighted = fit(once, {}, weights);
    const AffinityResult collapsed = fit(matrix(2, repeated));
    EXPECT_EQ(collapsed.distinct_rows, 45);
    EXPECT_EQ(collapsed.preference, weighted.preference);
    EXPECT_EQ(collapsed.net_similarity, weighted.net_similarity);
    EXPECT_EQ(collapsed.n_iter, weighted.n_iter);
    std::set<std::int64_t> exemplars;
    for (const std::int64_t row : collapsed.exemplars)
      exemplars.insert(static_cast<std::int64_t>(origin[static_cast<std::size_t>(row)]));
    EXPECT_EQ(exemplars, as_set(weighted.exemplars));
    std::vector<std::int32_t> spread;
    for (const std::size_t row : origin) spread.push_back(weighted.labels[row]);
    EXPECT_EQ(canonical(collapsed.labels), canonical(spread));
  }
}

TEST(Affinity, TakesTheWeightedMedianAsPreference) {
  for (const std::int64_t n : {2, 5, 16, 31}) {
    const Matrix<float> x = grid(n, 2, 200, 4);
    std::vector<float> weights;
    for (std::int64_t i = 0; i < n; ++i) weights.push_back(static_cast<float>(1 + i % 4));
    const double expected =
        reference::median(reference::similarities(doubles(x)), {weights.begin(), weights.end()});
    EXPECT_EQ(fit(x, {}, weights).preference, expected) << n;
    const double plain = reference::median(reference::similarities(doubles(x)),
                                           std::vector<double>(static_cast<std::size_t>(n), 1.0));
    EXPECT_EQ(fit(x).preference, plain) << n;
  }
}

// Where many sets of exemplars are equally good, nothing but the perturbation can choose.
TEST(Affinity, ConvergesOnSymmetricData) {
  const Matrix<float> square = matrix(2, {0, 0, 0, 1, 1, 0, 1, 1, 9, 9, 9, 10, 10, 9, 10, 10});
  Matrix<float> lattice(64, 2);
  for (std::int64_t i = 0; i < 64; ++i) {
    lattice(i, 0) = static_cast<float>(i / 8);
    lattice(i, 1) = static_cast<float>(i % 8);
  }
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    AffinityParams params;
    params.seed = seed;
    const AffinityResult two = fit(square, params);
    EXPECT_THAT(two.sizes, ElementsAre(4, 4)) << seed;
    EXPECT_TRUE(two.converged) << seed;
    EXPECT_TRUE(fit(lattice, params).converged) << seed;
  }
}

TEST(Affinity, HonoursAPreferenceForEachRow) {
  const Matrix<float> x = points_around(4, 40, 2, 13);
  AffinityParams params;
  params.preferences.assign(40, -1e4F);
  params.preferences[11] = -0.001F;
  params.preferences[22] = -0.001F;
  const AffinityResult result = fit(x, params);
  EXPECT_EQ(as_set(result.exemplars), (std::set<std::int64_t>{11, 22}));
}

TEST(Affinity, ACopyWithAHigherPreferenceSpeaksForItsRow) {
  AffinityParams params;
  params.preferences = {-100, -100, -100, -1};
  const AffinityResult result = fit(matrix(1, {0, 8, 9, 0}), params);
  EXPECT_EQ(result.labels[0], result.labels[3]);
  EXPECT_THAT(as_set(result.exemplars), ::testing::Contains(0));
}

TEST(Affinity, TakesGivenSimilarities) {
  const Matrix<float> x = points_around(4, 37, 3, 17);
  Matrix<float> s(37, 37);
  for (std::int64_t i = 0; i < 37; ++i)
    for (std::int64_t j = 0; j < 37; ++j) {
      float total = 0;
      for (std::int64_t f = 0; f < 3; ++f) total = add_squared_difference(x(i, f), x(j, f), total);
      s(i, j) = i == j ? std::nanf("") : -total;
    }
  std::vector<float> weights(37, 1.0F);
  weights[5] = 3;
  const auto backend = make_cpu_backend(2);
  const AffinityResult given = affinity_precomputed(*backend, s, weights, {});
  const AffinityResult own = fit(x, {}, weights);
  EXPECT_EQ(given.labels, own.labels);
  EXPECT_EQ(given.exemplars, own.exemplars);
  EXPECT_EQ(given.n_iter, own.n_iter);
  EXPECT_EQ(given.preference, own.preference);
  EXPECT_EQ(given.net_similarity, own.net_similarity);
}

TEST(Affinity, TakesPositiveAndAsymmetricSimilarities) {
  Matrix<float> s(20, 20);
  reference::Rows rows(20, std::vector<double>(20));
  for (std::int64_t i = 0; i < 20; ++i)
    for (std::int64_t j = 0; j < 20; ++j) {
      s(i, j) = static_cast<float>(100 * draw(6, static_cast<std::uint64_t>(i * 20 + j)));
      rows[i][j] = s(i, j);
    }
  AffinityParams params;
  params.preference = 60;
  const auto expected =
      reference::affinity(rows, std::vector<double>(20, 1.0), std::vector<double>(20, 60.0),
                          perturbed(60, 20, params), 0.9, 1000, 50);
  const auto backend = make_cpu_backend(1);
  const AffinityResult result = affinity_precomputed(*backend, s, {}, params);
  EXPECT_EQ(as_set(result.exemplars), as_set(expected.exemplars));
  EXPECT_EQ(canonical(result.labels), canonical(expected.labels));
  EXPECT_EQ(result.n_iter, expected.n_iter);
}

TEST(Affinity, DoesNotDependOnTheUnitOfTheFeatures) {
  const Matrix<float> x = points_around(5, 50, 2, 19);
  const AffinityResult plain = fit(x);
  for (const float unit : {0x1p-50F, 0x1p-20F, 0x1p30F, 0x1p54F}) {
    Matrix<float> y = x;
    for (std::int64_t i = 0; i < 100; ++i) y.data()[i] *= unit;
    const AffinityResult other = fit(y);
    EXPECT_EQ(other.labels, plain.labels) << unit;
    EXPECT_EQ(other.n_iter, plain.n_iter) << unit;
  }
}

std::uint64_t hash(const AffinityFit& fit) {
  std::uint64_t h = 1469598103934665603ULL;
  const auto add = [&](std::uint64_t value) { h = (h ^ value) * 1099511628211ULL; };
  for (const std::int64_t e : fit.exemplars) add(static_cast<std::uint64_t>(e));
  for (const std::int32_t label : fit.labels) add(static_cast<std::uint64_t>(label));
  for (const double share : fit.shares) add(std::bit_cast<std::uint64_t>(share));
  add(static_cast<std::uint64_t>(fit.n_iter));
  add(std::bit_cast<std::uint64_t>(fit.preference));
  add(std::bit_cast<std::uint64_t>(fit.net_similarity));
  return h;
}

std::uint64_t hash_of(const Matrix<float>& x, const std::vector<float>& weights,
                      const AffinityParams& params, int threads, cpu::Isa isa) {
  ThreadPool pool(threads);
  const cpu::Machine machine{pool, isa};
  return hash(cpu::affinity(*cpu::upload(x, weights, machine), params, machine));
}

std::vector<cpu::Isa> instruction_sets() {
  std::vector<cpu::Isa> sets = {cpu::Isa::baseline};
  if (cpu::best_isa() != cpu::Isa::baseline) sets.push_back(cpu::Isa::avx2);
  if (cpu::best_isa() == cpu::Isa::avx512) sets.push_back(cpu::Isa::avx512);
  return sets;
}

// The second case oscillates for hundreds of iterations: one different bit in one message, and it
// ends elsewhere.
TEST(Affinity, HasTheSameBytesForAnyThreadsAndInstructionSet) {
  struct Case {
    Matrix<float> x;
    AffinityParams params;
    std::uint64_t golden;
  };
  const std::vector<Case> cases = {
      {points_around(9, 133, 3, 23), with(0.9, 300, 50), 5584903736301997852ULL},
      {points_around(200, 200, 1, 29), with(0.5, 300, 15), 11634307213885183430ULL},
      {points_around(17, 17, 1, 31), with(0.7, 300, 15), 14147160123471336595ULL}};
  for (const Case& c : cases) {
    std::vector<float> weights;
    for (std::int64_t i = 0; i < c.x.rows(); ++i)
      weights.push_back(static_cast<float>(0.5 + draw(37, static_cast<std::uint64_t>(i))));
    for (const int threads : {1, 2, 5})
      for (const cpu::Isa isa : instruction_sets())
        EXPECT_EQ(hash_of(c.x, weights, c.params, threads, isa), c.golden)
            << c.x.rows() << " rows, " << threads << " threads, instruction set "
            << static_cast<int>(isa);
  }
}

TEST(Affinity, ReportsProgress) {
  AffinityParams params = with(0.9, 60, 50);
  std::vector<std::int64_t> done;
  params.progress = [&](const Progress& p) {
    EXPECT_EQ(p.total, 60);
    done.push_back(p.done);
  };
  const AffinityResult result = fit(points_around(3, 30, 2, 1), params);
  ASSERT_EQ(static_cast<std::int64_t>(done.size()), result.n_iter);
  EXPECT_EQ(done.back(), result.n_iter);
}

template <class Failure, class Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const Failure& failure) {
    return failure.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

TEST(AffinityErrors, NameTheFlag) {
  const auto refused = [](const AffinityParams& params) {
    return message_of<UsageError>([&] { (void)fit(points_around(3, 9, 2, 1), params); });
  };
  EXPECT_EQ(refused(with(0.4, 10, 10)), "--damping is 0.4; it must be at least 0.5 and below 1");
  EXPECT_EQ(refused(with(1.0, 10, 10)), "--damping is 1; it must be at least 0.5 and below 1");
  EXPECT_THAT(refused(with(NAN, 10, 10)), ::testing::HasSubstr("--damping is nan"));
  EXPECT_EQ(refused(with(0.9, 0, 10)), "--max-iter is 0; it must be at least 1");
  EXPECT_EQ(refused(with(0.9, 10, 0)), "--convergence-iter is 0; it must be at least 1");
  AffinityParams params;
  params.preference = INFINITY;
  EXPECT_EQ(refused(params), "--preference is inf; it must be finite");
  params.preference.reset();
  params.preferences = {1, 2};
  EXPECT_THAT(refused(params), ::testing::HasSubstr("2 preferences for 9 rows"));
}

TEST(AffinityErrors, RefuseWhatFloat32CannotHold) {
  EXPECT_THAT(message_of<DataError>([] {
                (void)fit(matrix(1, {0, 1e19F, 3e19F}));
              }),
              ::testing::HasSubstr("scale the features"));
  const Matrix<float> bad = matrix(2, {0, INFINITY, 1, 0});
  const auto backend = make_cpu_backend(1);
  EXPECT_EQ(message_of<DataError>([&] { (void)affinity_precomputed(*backend, bad, {}, {}); }),
            "affinity propagation: the similarity of rows 0 and 1 is inf; it must be finite");
  EXPECT_THAT(message_of<DataError>([&] {
                (void)affinity_precomputed(*backend, matrix(2, {0, 1}), {}, {});
              }),
              ::testing::HasSubstr("1 x 2"));
}

}  // namespace
}  // namespace cohort
