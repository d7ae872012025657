// Whole fits of affinity propagation: the same bytes as the CPU's, at every size, source, weighting
// and preference.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"
#include "tests/support/affinity_cases.hpp"

namespace cohort::testing {
namespace {

std::string bytes_of_fit(const AffinityFit& fit) {
  const std::int64_t ends[] = {fit.n_iter, fit.converged ? 1 : 0};
  const double values[] = {fit.preference, fit.net_similarity};
  const PreferenceRange range = fit.preference_range.value_or(PreferenceRange());
  const double ranges[] = {range.least, range.largest};
  return bytes_of(fit.exemplars) + bytes_of(fit.labels) + bytes_of(fit.shares) + bytes_of(ends, 2) +
         bytes_of(values, 2) + bytes_of(ranges, 2) + bytes_of(fit.dampings) + bytes_of(fit.trace);
}

/// What a failure of the comparison should show.
std::string shown(const AffinityFit& fit) {
  return std::to_string(fit.exemplars.size()) + " exemplars after " + std::to_string(fit.n_iter) +
         " iterations, preference " + std::to_string(fit.preference) + ", net similarity " +
         std::to_string(fit.net_similarity);
}

class AffinityParity : public Parity {
 protected:
  /// Both fits, which are the same; returns the CPU's.
  AffinityFit expect_same(const Matrix<float>& x, const std::vector<float>& weights,
                          const AffinityParams& params) {
    const AffinityFit expected = cpu().affinity(*cpu().upload(x, weights), params);
    const AffinityFit found = gpu().affinity(*gpu().upload(x, weights), params);
    EXPECT_TRUE(bytes_of_fit(found) == bytes_of_fit(expected))
        << shown(found) << "; the CPU: " << shown(expected);
    return expected;
  }
  AffinityFit expect_same_given(const Matrix<float>& similarities,
                                const std::vector<float>& weights, const AffinityParams& params) {
    const AffinityFit expected = cpu().affinity(similarities, weights, params);
    const AffinityFit found = gpu().affinity(similarities, weights, params);
    EXPECT_TRUE(bytes_of_fit(found) == bytes_of_fit(expected))
        << shown(found) << "; the CPU: " << shown(expected);
    return expected;
  }
};

/// A preference that makes some, not all, of uniform points exemplars.
constexpr double kSome = -4;

AffinityParams short_fit(double preference) {
  AffinityParams params = with(0.5, 8, 50);
  params.preference = preference;
  return params;
}

TEST_F(AffinityParity, AgreesAtEverySize) {
  for (const std::int64_t n : cases<std::int64_t>({1, 2, 3, 31, 32, 33, 64, 65, 127, 129, 200})) {
    SCOPED_TRACE(n);
    const AffinityFit fit = expect_same(matrix_of(Values::smooth, n, 3, 1), {}, short_fit(kSome));
    EXPECT_EQ(fit.exemplars.empty(), false);
  }
  for (const std::int64_t d : cases<std::int64_t>({1, 2, 6, 17, 33})) {
    SCOPED_TRACE(d);
    const auto scale = static_cast<double>(d);
    expect_same(matrix_of(Values::smooth, 40, d, 1), {}, short_fit(kSome * scale));
  }
}

// The GPU has no lists: the host's threads take such a fit, and a notice says so.
TEST_F(AffinityParity, LeavesSparseListsToTheHost) {
  AffinityParams params = with(0.8, 60, 12);
  params.form = AffinityForm::sparse;
  (void)gpu().take_notices();
  const AffinityFit fit =
      expect_same(matrix_of(Values::smooth, 70, 2, 2), weights_of(Weighting::whole, 70, 3), params);
  EXPECT_EQ(fit.form, AffinityForm::sparse);
  ASSERT_EQ(gpu().take_notices().size(), 1U);
}

TEST_F(AffinityParity, ConvergesInTheSameIteration) {
  for (const std::int64_t n : {33, 65}) {
    const AffinityFit fit = expect_same(matrix_of(Values::smooth, n, 2, 2), {}, with(0.8, 300, 12));
    EXPECT_TRUE(fit.converged) << n;
    EXPECT_GT(fit.exemplars.size(), 1U) << n;
  }
}

// More columns than one block's, so that several count what changed.
TEST_F(AffinityParity, ConvergesInTheSameIterationInSeveralBlocks) {
  AffinityParams params = with(0.6, 100, 6);
  params.preference = kSome / 4;
  const AffinityFit fit = expect_same(matrix_of(Values::smooth, 520, 2, 24), {}, params);
  EXPECT_TRUE(fit.converged);
}

TEST_F(AffinityParity, FindsTheSameMedian) {
  for (const std::int64_t n : cases<std::int64_t>({1, 2, 3, 4, 33, 64}))
    for (const Weighting weighting : kAllWeightings) {
      SCOPED_TRACE(::testing::Message() << n << ", weighting " << static_cast<int>(weighting));
      for (const Values values : {Values::smooth, Values::discrete})
        expect_same(matrix_of(values, n, 2, 3), weights_of(weighting, n, 4), with(0.5, 1, 50));
    }
}

TEST_F(AffinityParity, HonoursWeights) {
  for (const Weighting weighting : {Weighting::whole, Weighting::fractional})
    for (const Values values : {Values::smooth, Values::discrete}) {
      SCOPED_TRACE(static_cast<int>(weighting));
      const Matrix<float> x = matrix_of(values, 70, 3, 5);
      expect_same(x, weights_of(weighting, 70, 6), with(0.7, 30, 8));
    }
  std::vector<float> heavy = weights_of(Weighting::fractional, 50, 7);
  for (std::size_t i = 0; i < heavy.size(); ++i) heavy[i] *= i % 3 == 0 ? 1e6F : 1e-6F;
  expect_same(matrix_of(Values::smooth, 50, 2, 8), heavy, with(0.6, 20, 8));
}

TEST_F(AffinityParity, DampsAlike) {
  for (const double damping : cases({0.5, 0.65, 0.95, 0.999})) {
    SCOPED_TRACE(damping);
    AffinityParams params = with(damping, 40, 15);
    params.preference = kSome;
    expect_same(matrix_of(Values::smooth, 64, 2, 9), {}, params);
    expect_same(matrix_of(Values::discrete, 64, 2, 9), {}, params);
  }
}

TEST_F(AffinityParity, AnswersForEqualsWithoutMessages) {
  const Matrix<float> x = matrix_of(Values::constant, 34, 3, 10);
  EXPECT_EQ(expect_same(x, {}, {}).exemplars.size(), 1U);
  AffinityParams params;
  params.preference = 1;
  EXPECT_EQ(expect_same(x, {}, params).exemplars.size(), 34U);
  params.preference.reset();
  params.preferences.assign(34, -3);
  params.preferences[20] = -2;
  expect_same(x, {}, params);
}

TEST_F(AffinityParity, HonoursAPreferenceForEachRow) {
  AffinityParams params = with(0.8, 40, 10);
  for (std::uint64_t j = 0; j < 66; ++j)
    params.preferences.push_back(static_cast<float>(-20 * uniform(11, j)));
  expect_same(matrix_of(Values::smooth, 66, 2, 12), {}, params);
  params.seed = 1;
  expect_same(matrix_of(Values::discrete, 66, 2, 12), {}, params);
}

/// n x n values, a row's with itself NaN: it is not to be read.
Matrix<float> given(std::int64_t n, std::uint64_t seed, double from, double to) {
  Matrix<float> s(n, n);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      s(i, j) =
          i == j ? NAN
                 : static_cast<float>(
                       from + (to - from) * uniform(seed, static_cast<std::uint64_t>(i * n + j)));
  return s;
}

TEST_F(AffinityParity, TakesGivenSimilarities) {
  for (const std::int64_t n : cases<std::int64_t>({1, 2, 31, 32, 33, 65, 130, 200})) {
    SCOPED_TRACE(n);
    expect_same_given(given(n, 13, -10, 0), {}, short_fit(kSome));
  }
  // Positive ones, of both signs, weighted, and with the median for preference.
  for (const Weighting weighting : kAllWeightings) {
    SCOPED_TRACE(static_cast<int>(weighting));
    expect_same_given(given(40, 14, 0, 100), weights_of(weighting, 40, 15), with(0.7, 30, 10));
    expect_same_given(given(40, 16, -1, 1), weights_of(weighting, 40, 17), with(0.9, 30, 10));
  }
  // Whole numbers: ties everywhere.
  Matrix<float> ties = given(64, 18, -3, 0);
  for (std::int64_t i = 0; i < 64 * 64; ++i) ties.data()[i] = std::floor(ties.data()[i]);
  expect_same_given(ties, {}, with(0.5, 40, 10));
}

// Steps of the grid that float32 has no normal number for: what has become small stays.
TEST_F(AffinityParity, HoldsTinyAndHugeMagnitudes) {
  for (const double unit : cases({0x1p-140, 0x1p-126, 0x1p-105, 0x1p-60, 0x1p100})) {
    SCOPED_TRACE(unit);
    AffinityParams params = with(0.5, 60, 50);
    params.preference = unit * kSome;
    expect_same_given(given(65, 19, -10 * unit, 0), {}, params);
  }
}

TEST_F(AffinityParity, RefusesWithTheSameWords) {
  const auto message = [](Backend& backend, const Matrix<float>& x,
                          const std::vector<float>& weights, const AffinityParams& params) {
    try {
      (void)backend.affinity(*backend.upload(x, weights), params);
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  const auto expect_refused = [&](const Matrix<float>& x, const std::vector<float>& weights,
                                  const AffinityParams& params) {
    const std::string expected = message(cpu(), x, weights, params);
    EXPECT_NE(expected, "nothing");
    EXPECT_EQ(message(gpu(), x, weights, params), expected);
  };
  Matrix<float> x = matrix_of(Values::smooth, 40, 2, 20);
  AffinityParams params;
  params.preference = -2e36;
  expect_refused(x, {}, params);
  x(7, 1) = 3e18F;
  expect_refused(x, {}, {});
  x(7, 1) = 3e19F;
  expect_refused(x, {}, {});
  // 0 x infinity is no number, with one sign or the other.
  std::vector<float> weights(40, 1.0F);
  weights[7] = 0;
  expect_refused(x, weights, {});
}

TEST_F(AffinityParity, FindsTheSameQuantiles) {
  for (const Values values : {Values::smooth, Values::discrete})
    for (const double q : cases({0.0, 0.5, 1.0})) {
      SCOPED_TRACE(q);
      AffinityParams params = with(0.5, 1, 50);
      params.preference_quantile = q;
      expect_same(matrix_of(values, 34, 2, 25), {}, params);
      expect_same_given(given(34, 26, 1, 5), weights_of(Weighting::whole, 34, 27), params);
    }
}

TEST_F(AffinityParity, FindsTheSamePreferenceRange) {
  AffinityParams params;
  params.only_preference_range = true;
  for (const std::int64_t n : cases<std::int64_t>({1, 2, 33, 66}))
    expect_same(matrix_of(Values::smooth, n, 3, 28), weights_of(Weighting::whole, n, 29), params);
}

TEST_F(AffinityParity, SearchesRefinesAndTracesAlike) {
  AffinityParams params = with(0.7, 80, 8);
  params.n_clusters = 4;
  params.refine = true;
  params.trace = true;
  const AffinityFit fit = expect_same(matrix_of(Values::smooth, 50, 2, 30), {}, params);
  EXPECT_EQ(std::ssize(fit.trace), fit.n_iter);
}

TEST_F(AffinityParity, RaisesTheDampingAlike) {
  AffinityParams params = with(0.95, 16, 7);  // too few to converge: as if it oscillated
  params.raise_damping = true;
  const AffinityFit fit = expect_same(matrix_of(Values::smooth, 40, 2, 31), {}, params);
  EXPECT_GT(fit.dampings.size(), 1U);
}

TEST_F(AffinityParity, ReportsProgress) {
  AffinityParams params = with(0.7, 300, 10);
  std::vector<std::int64_t> done;
  std::int64_t exemplars = 0;
  params.progress = [&](const Progress& progress) {
    EXPECT_EQ(progress.total, 300);
    EXPECT_EQ(progress.found_unit, "exemplars");
    exemplars = progress.found;
    done.push_back(progress.done);
  };
  const DataSetPtr data = gpu().upload(matrix_of(Values::smooth, 33, 2, 21), {});
  const AffinityFit fit = gpu().affinity(*data, params);
  ASSERT_FALSE(done.empty());
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), fit.n_iter);
  EXPECT_EQ(exemplars, std::ssize(fit.exemplars));
}

TEST_F(AffinityParity, AgreesUnderEverySchedule) {
  const Matrix<float> x = matrix_of(Values::discrete, 70, 3, 22);
  const std::vector<float> weights = weights_of(Weighting::fractional, 70, 23);
  under_every_schedule([&] { expect_same(x, weights, with(0.5, 8, 6)); });
}

}  // namespace
}  // namespace cohort::testing
