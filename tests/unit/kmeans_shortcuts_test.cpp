// What the CPU leaves out may not change a bit: blocks whose labels cannot change, distances that a
// filter rules out, sums that are only corrected.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "cohort/kmeans_rules.hpp"

#include "host/cpu/kmeans_sums.hpp"
#include "host/cpu/nearest.hpp"
#include "host/cpu/relabel.hpp"
#include "host/cpu/wide_filter.hpp"
#include "tests/unit/kmeans_cases.hpp"

namespace cohort {
namespace {

using test::blobs;
using test::bytes_of;
using test::first_rows;
using test::fit_on_cpu;
using test::from;

struct Direct {
  std::vector<std::int32_t> labels;
  std::vector<float> distances;
};

Direct direct(const cpu::CpuDataSet& data, const Matrix<float>& centers) {
  const auto lanes = static_cast<std::size_t>(data.blocks() * cpu::kBlock);
  Direct found{std::vector<std::int32_t>(lanes), std::vector<float>(lanes)};
  cpu::nearest_centers(cpu::best_isa(), data.block(0), data.blocks(), centers, found.labels.data(),
                       found.distances.data());
  return found;
}

// Every row, every iteration, one by one.
KMeansFit plain_lloyd(const Matrix<float>& x, const std::vector<float>& weights,
                      const Matrix<float>& start, std::int64_t max_iter) {
  ThreadPool pool(1);
  const cpu::Machine machine{pool, cpu::best_isa()};
  const auto data = cpu::upload(x, weights, machine);
  const cpu::KMeansSums sums(*data, machine);
  const std::int64_t k = start.rows();
  KMeansFit fit;
  fit.centers = start;
  fit.labels.assign(static_cast<std::size_t>(x.rows()), -1);
  for (LloydStop stop = LloydStop::no; stop == LloydStop::no;) {
    const Direct found = direct(*data, fit.centers);
    std::int64_t changed = 0;
    Matrix<std::int64_t> values(k, x.cols());
    std::vector<std::int64_t> totals(static_cast<std::size_t>(k));
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      const std::int32_t label = found.labels[static_cast<std::size_t>(i)];
      changed += fit.labels[static_cast<std::size_t>(i)] != label ? 1 : 0;
      fit.labels[static_cast<std::size_t>(i)] = label;
      totals[static_cast<std::size_t>(label)] += sums.weight_term(i);
      for (std::int64_t j = 0; j < x.cols(); ++j)
        values(label, j) += sums.value_term(x(i, j), j, i);
    }
    double shift = 0;
    for (std::int64_t c = 0; c < k; ++c) {
      if (totals[static_cast<std::size_t>(c)] == 0) return {};  // not what this is about
      double of_center = 0;
      for (std::int64_t j = 0; j < x.cols(); ++j) {
        const auto moved =
            static_cast<float>(sums.mean(values(c, j), totals[static_cast<std::size_t>(c)], j));
        of_center += squared_move(fit.centers(c, j), moved);
        fit.centers(c, j) = moved;
      }
      shift += of_center;
    }
    ++fit.n_iter;
    stop = lloyd_stop({max_iter, 0}, changed, fit.n_iter, false, shift);
  }
  const Direct found = direct(*data, fit.centers);
  fit.labels.assign(found.labels.begin(), found.labels.begin() + x.rows());
  return fit;
}

void expect_plain(const Matrix<float>& x, const std::vector<float>& weights,
                  const Matrix<float>& start, std::int64_t max_iter = 40) {
  const KMeansFit expected = plain_lloyd(x, weights, start, max_iter);
  ASSERT_GT(expected.n_iter, 0);
  KMeansParams params = from(start);
  params.tol = 0;
  params.max_iter = max_iter;
  for (const cpu::Isa isa : test::instruction_sets())
    for (const int threads : {1, 2, 5}) {
      const KMeansFit fit = fit_on_cpu(x, weights, params, threads, isa);
      EXPECT_EQ(fit.n_iter, expected.n_iter);
      EXPECT_EQ(bytes_of(fit.centers), bytes_of(expected.centers));
      EXPECT_EQ(fit.labels, expected.labels);
    }
}

TEST(KMeansShortcuts, AreThoseOfPlainLloyd) {
  for (const std::int64_t d : {1, 2, 6, 8, 9})
    for (const std::int64_t k : {1, 2, 3, 5, 18}) {
      SCOPED_TRACE("d = " + std::to_string(d) + ", k = " + std::to_string(k));
      const Matrix<float> x = blobs(777, d, 5, 1.2F);
      expect_plain(x, {}, first_rows(x, k));
    }
}

// The last passes of a fit that goes on for long look at very few blocks.
TEST(KMeansShortcuts, HoldToTheEndOfALongFit) {
  const Matrix<float> x = blobs(20001, 3, 2, 2.5F);
  expect_plain(x, {}, first_rows(x, 4), 300);
}

TEST(KMeansShortcuts, HoldForWeights) {
  const Matrix<float> x = blobs(1501, 4, 4, 1.5F);
  std::vector<float> weights;
  for (std::int64_t i = 0; i < x.rows(); ++i)
    weights.push_back(i % 11 == 5 ? 0.0F
                                  : 0.4F + test::uniform(6, static_cast<std::uint64_t>(i)) / 3);
  expect_plain(x, weights, first_rows(x, 4));
}

// Answers on a scale: rows lie exactly between centres, and many are equal.
TEST(KMeansShortcuts, HoldForTiesAndDuplicates) {
  Matrix<float> x(900, 2);
  for (std::int64_t i = 0; i < x.rows(); ++i)
    for (std::int64_t j = 0; j < 2; ++j)
      x(i, j) = static_cast<float>(philox(3, 7, static_cast<std::uint64_t>(2 * i + j)).word[0] % 5);
  expect_plain(x, {}, Matrix<float>(3, 2, {0, 0, 4, 0, 2, 4}));
}

TEST(KMeansShortcuts, HoldForTheTiniestAndTheLargest) {
  for (const float scale : {1e-30F, 1e-22F, 1e-19F, 1.0F, 1e15F}) {
    SCOPED_TRACE(scale);
    Matrix<float> x = blobs(500, 3, 3, 1.5F);
    for (std::int64_t i = 0; i < x.rows() * x.cols(); ++i) x.data()[i] *= scale;
    const Matrix<float> start = first_rows(x, 3);
    // Below 1e-22 all distances are 0 and all rows in the first cluster.
    if (scale > 1e-22F) expect_plain(x, {}, start);
  }
}

// A gap is a promise: no label changes while the two centres that move most move less together.
TEST(KMeansShortcuts, GapsAreKept) {
  const Matrix<float> x = blobs(64, 2, 5, 0.3F);
  const Matrix<float> centers = blobs(5, 2, 50, 0.0F, 21);
  ThreadPool pool(1);
  const auto data = cpu::upload(x, {}, {pool, cpu::best_isa()});
  const cpu::GapRule rule(2);
  const std::int32_t blocks[] = {0, 1, 2, 3};
  const Direct before = direct(*data, centers);
  for (const cpu::Isa isa : test::instruction_sets()) {
    std::int32_t labels[64];
    float gaps[4];
    cpu::relabel_blocks(isa, data->block(0), blocks, 4, centers.view(), rule, labels, gaps);
    EXPECT_TRUE(std::equal(labels, labels + 64, before.labels.begin()));
    // The worst there is for each row: its centre moves away from it and another one nearer.
    for (std::int64_t row = 0; row < 64; ++row) {
      const std::int64_t own = before.labels[static_cast<std::size_t>(row)];
      const float half = 0.4999F * std::max(gaps[row / 16], 0.0F);
      for (std::int64_t other = 0; other < 5; ++other) {
        if (other == own) continue;
        Matrix<float> moved = centers;
        for (const std::int64_t c : {own, other}) {
          const float dx = centers(c, 0) - x(row, 0);
          const float dy = centers(c, 1) - x(row, 1);
          const float length = std::max(std::sqrt(dx * dx + dy * dy), 1e-6F);
          const float by = (c == own ? half : -half) / length;
          moved(c, 0) += by * dx;
          moved(c, 1) += by * dy;
        }
        EXPECT_EQ(direct(*data, moved).labels[static_cast<std::size_t>(row)], own) << row;
      }
    }
    EXPECT_GT(*std::max_element(gaps, gaps + 4), 0.0F);
  }
}

template <class Label>
void expect_direct(const Matrix<float>& x, const Matrix<float>& centers) {
  ThreadPool pool(1);
  const auto data = cpu::upload(x, {}, {pool, cpu::best_isa()});
  const Direct expected = direct(*data, centers);
  const cpu::WideFilter filter(*data, centers);
  const auto rows = static_cast<std::size_t>(x.rows());
  for (const cpu::Isa isa : test::instruction_sets()) {
    std::vector<Label> labels(expected.labels.size());
    std::vector<Label> alone(expected.labels.size());
    std::vector<float> distances(expected.labels.size());
    filter.label(isa, 0, data->blocks(), labels.data(), distances.data());
    filter.label(isa, 0, data->blocks(), alone.data(), nullptr);
    EXPECT_EQ(labels, alone);
    for (std::size_t i = 0; i < rows; ++i) {
      ASSERT_EQ(static_cast<std::int32_t>(labels[i]), expected.labels[i]) << i;
      ASSERT_EQ(bits_of(static_cast<double>(distances[i])),
                bits_of(static_cast<double>(expected.distances[i])))
          << i;
    }
  }
}

TEST(WideFilter, FindsWhatEveryDistanceFinds) {
  for (const std::int64_t d : {1, 2, 31, 64, 127, 130})
    for (const std::int64_t k : {1, 3, 64, 255, 256}) {
      SCOPED_TRACE("d = " + std::to_string(d) + ", k = " + std::to_string(k));
      expect_direct<std::uint8_t>(blobs(65, d, 40, 1.5F), blobs(k, d, 40, 1.5F, 9));
    }
  expect_direct<std::int32_t>(blobs(40, 33, 9, 1.5F), blobs(257, 33, 40, 1.5F, 9));
}

TEST(WideFilter, TakesTheLowestOfEqualCenters) {
  const Matrix<float> x = blobs(50, 40, 10, 0.5F);
  Matrix<float> centers(100, 40);
  for (std::int64_t c = 0; c < 100; ++c)
    for (std::int64_t j = 0; j < 40; ++j) centers(c, j) = x(c % 25, j);
  expect_direct<std::uint8_t>(x, centers);
}

// Centres nearer to each other than the grid resolves, and rows exactly between two.
TEST(WideFilter, LeavesWhatItCannotProve) {
  Matrix<float> x = blobs(48, 36, 3, 1.0F);
  Matrix<float> centers(70, 36);
  for (std::int64_t c = 0; c < 70; ++c)
    for (std::int64_t j = 0; j < 36; ++j)
      centers(c, j) = x(c / 2 % 48, j) + (j == c % 36 ? static_cast<float>(c % 2) * 1e-6F : 0.0F);
  for (std::int64_t j = 0; j < 36; ++j) x(7, j) = (centers(10, j) + centers(12, j)) / 2;
  expect_direct<std::uint8_t>(x, centers);
}

TEST(WideFilter, GivesWayToExtremes) {
  for (const float scale : {1e-38F, 1e-30F, 1e-20F, 1e17F, 1e18F, 1e19F, 1e30F, 1e37F}) {
    SCOPED_TRACE(scale);
    Matrix<float> x = blobs(40, 34, 8, 1.0F);
    Matrix<float> centers = blobs(66, 34, 8, 1.0F, 9);
    for (std::int64_t i = 0; i < x.rows() * x.cols(); ++i) x.data()[i] *= scale;
    for (std::int64_t i = 0; i < centers.rows() * centers.cols(); ++i) centers.data()[i] *= scale;
    expect_direct<std::uint8_t>(x, centers);
  }
}

// Rows that the scale was not chosen for: their products do not fit 32 bits.
TEST(WideFilter, StandsRowsFartherOutThanTheSample) {
  Matrix<float> x = blobs(1000, 34, 8, 1.0F);
  const float times[] = {1.5F, 2, 3, 4, 5, 6, 8, 12, 40};
  for (std::int64_t n = 0; n < 9; ++n)  // row 1 + 4 n is not among those that are looked at
    for (std::int64_t j = 0; j < 34; ++j) x(1 + 4 * n, j) *= times[n];
  Matrix<float> centers = blobs(66, 34, 8, 1.0F, 9);
  expect_direct<std::uint8_t>(x, centers);
  for (std::int64_t j = 0; j < 34; ++j) centers(65, j) = 4 * x(1, j);
  expect_direct<std::uint8_t>(x, centers);
}

// One row, or one centre, far out from all others.
TEST(WideFilter, StandsOutliers) {
  for (const float far : {1e3F, 1e10F, 3e38F}) {
    Matrix<float> x = blobs(40, 34, 8, 1.0F);
    Matrix<float> centers = blobs(66, 34, 8, 1.0F, 9);
    x(17, 3) = far;
    expect_direct<std::uint8_t>(x, centers);
    centers(65, 1) = -far;
    expect_direct<std::uint8_t>(x, centers);
  }
}

}  // namespace
}  // namespace cohort
