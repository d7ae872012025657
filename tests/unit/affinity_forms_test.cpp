// Whatever is stored of the messages, the bytes are those of all pairs.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/affinity_fit.hpp"
#include "cohort/backend.hpp"
#include "cohort/error.hpp"

#include "host/cpu/affinity_messages.hpp"
#include "tests/reference/affinity_passes.hpp"
#include "tests/support/affinity_cases.hpp"

namespace cohort::affinity_forms {
namespace {

using testing::draw;
using testing::with;

enum class Shape { blobs, uniform, gaussian, grid };

/// n x d; blobs: around n / 12 places.
Matrix<float> points(Shape shape, std::int64_t n, std::int64_t d, std::uint64_t seed) {
  Matrix<float> x(n, d);
  const std::int64_t centers = std::max<std::int64_t>(n / 12, 1);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t f = 0; f < d; ++f) {
      const auto at = static_cast<std::uint64_t>(i * d + f);
      double near_normal = 0;
      for (std::uint64_t term = 0; term < 4; ++term) near_normal += draw(seed, 4 * at + term) - 0.5;
      const double center = 20 * draw(seed + 1, static_cast<std::uint64_t>(i % centers * d + f));
      const double value = shape == Shape::blobs      ? center + near_normal
                           : shape == Shape::uniform  ? 10 * draw(seed, at)
                           : shape == Shape::gaussian ? 3 * near_normal
                                                      : std::floor(5 * draw(seed, at));
      x(i, f) = static_cast<float>(value);
    }
  return x;
}

reference::AllPairs::Rows distances(const Matrix<float>& x) {
  reference::AllPairs::Rows all(static_cast<std::size_t>(x.rows()));
  for (std::int64_t i = 0; i < x.rows(); ++i)
    for (std::int64_t j = 0; j < x.rows(); ++j) {
      float total = 0;
      for (std::int64_t f = 0; f < x.cols(); ++f)
        total = add_squared_difference(x(i, f), x(j, f), total);
      all[static_cast<std::size_t>(i)].push_back(total);
    }
  return all;
}

template <class T>
std::string bytes(const T* values, std::size_t count) {
  return {reinterpret_cast<const char*>(values), count * sizeof(T)};
}

/// Everything but the form itself.
std::string bytes_of(const AffinityFit& fit) {
  const double values[] = {fit.preference, fit.net_similarity, static_cast<double>(fit.n_iter),
                           fit.converged ? 1.0 : 0.0};
  return bytes(fit.exemplars.data(), fit.exemplars.size()) +
         bytes(fit.labels.data(), fit.labels.size()) + bytes(fit.shares.data(), fit.shares.size()) +
         bytes(values, 4);
}

std::string shown(const AffinityFit& fit) {
  return std::to_string(fit.exemplars.size()) + " exemplars after " + std::to_string(fit.n_iter) +
         " iterations, preference " + std::to_string(fit.preference) + ", net similarity " +
         std::to_string(fit.net_similarity);
}

AffinityFit fit_with(AffinityForm form, const Matrix<float>& x, const std::vector<float>& weights,
                     AffinityParams params, int threads = 2) {
  params.form = form;
  const auto backend = make_cpu_backend(threads);
  return backend->affinity(*backend->upload(x, weights), params);
}

constexpr AffinityForm kForms[] = {AffinityForm::automatic, AffinityForm::dense,
                                   AffinityForm::sparse};

/// Every form's fit is that of all pairs, which is returned.
AffinityFit expect_all_pairs(const Matrix<float>& x, const AffinityParams& params,
                             const std::vector<float>& weights = {}) {
  std::vector<float> own = weights;
  if (own.empty()) own.assign(static_cast<std::size_t>(x.rows()), 1.0F);
  reference::AllPairs passes(distances(x), own);
  const AffinityFit expected = fit_affinity(passes, params);
  for (const AffinityForm form : kForms) {
    const AffinityFit found = fit_with(form, x, weights, params);
    EXPECT_TRUE(bytes_of(found) == bytes_of(expected))
        << "form " << static_cast<int>(form) << ": " << shown(found)
        << "; all pairs: " << shown(expected);
    if (form != AffinityForm::automatic && x.rows() > 1 && expected.n_iter > 0) {
      EXPECT_EQ(found.form, form);
    }
  }
  return expected;
}

TEST(AffinityForms, GiveTheBytesOfAllPairs) {
  for (const Shape shape : {Shape::blobs, Shape::uniform, Shape::gaussian, Shape::grid})
    for (const std::int64_t d : {2, 8, 32}) {
      SCOPED_TRACE(::testing::Message() << "shape " << static_cast<int>(shape) << ", d " << d);
      const AffinityFit fit = expect_all_pairs(points(shape, 90, d, 1), with(0.9, 60, 20));
      if (shape != Shape::grid) {
        EXPECT_FALSE(fit.exemplars.empty());
      }
    }
}

TEST(AffinityForms, GiveTheBytesOfAllPairsAtAnyDamping) {
  for (const double damping : {0.5, 0.7, 0.95})
    for (const Shape shape : {Shape::blobs, Shape::gaussian, Shape::grid}) {
      SCOPED_TRACE(::testing::Message()
                   << "damping " << damping << ", shape " << static_cast<int>(shape));
      expect_all_pairs(points(shape, 85, 3, 2), with(damping, 70, 15));
    }
}

TEST(AffinityForms, GiveTheBytesOfAllPairsAtAnyPreference) {
  for (const double preference : {-1e-3, -0.5, -4.0, -1e3, -1e6, 5.0}) {
    SCOPED_TRACE(preference);
    AffinityParams params = with(0.8, 50, 15);
    params.preference = preference;
    expect_all_pairs(points(Shape::blobs, 97, 2, 3), params);
    expect_all_pairs(points(Shape::grid, 60, 2, 3), params);
  }
}

TEST(AffinityForms, GiveTheBytesOfAllPairsWithAPreferenceForEachRow) {
  AffinityParams params = with(0.9, 60, 15);
  for (std::uint64_t i = 0; i < 100; ++i)
    params.preferences.push_back(static_cast<float>(-60 * draw(9, i)));
  expect_all_pairs(points(Shape::blobs, 100, 4, 4), params);
}

TEST(AffinityForms, GiveTheBytesOfAllPairsWithWeights) {
  for (const Shape shape : {Shape::blobs, Shape::grid}) {
    const Matrix<float> x = points(shape, 80, 3, 5);
    std::vector<float> whole, wild;
    for (std::uint64_t i = 0; i < 80; ++i) {
      whole.push_back(static_cast<float>(1 + below(philox(7, 5, i).low(), 30)));
      wild.push_back(i % 5 == 0 ? 0.0F
                                : static_cast<float>(draw(8, i)) * (i % 3 == 0 ? 1e5F : 1e-5F));
    }
    expect_all_pairs(x, with(0.9, 60, 15), whole);
    expect_all_pairs(x, with(0.9, 60, 15), wild);
  }
}

TEST(AffinityForms, GiveTheBytesOfAllPairsOnFewRowsAndAroundBlocks) {
  for (const std::int64_t n : {1, 2, 3, 4, 13, 14, 16, 17, 31, 32, 33, 48, 49})
    for (const Shape shape : {Shape::uniform, Shape::grid}) {
      SCOPED_TRACE(n);
      expect_all_pairs(points(shape, n, 2, 6), with(0.7, 40, 10));
    }
  // Groups of boxes end at 256 rows.
  AffinityParams params = with(0.6, 12, 10);
  params.preference = -3;
  for (const std::int64_t n : {255, 256, 257, 273})
    expect_all_pairs(points(Shape::blobs, n, 2, 7), params);
}

TEST(AffinityForms, GiveTheBytesOfAllPairsAtExtremeMagnitudes) {
  for (const float unit : {0x1p-70F, 0x1p-40F, 0x1p50F}) {
    SCOPED_TRACE(unit);
    Matrix<float> x = points(Shape::blobs, 60, 2, 8);
    for (std::int64_t i = 0; i < 120; ++i) x.data()[i] *= unit;
    expect_all_pairs(x, with(0.9, 40, 15));
  }
  Matrix<float> far = points(Shape::blobs, 60, 2, 9);
  for (std::int64_t i = 0; i < 60; i += 7) far(i, 0) *= 1e6F;
  expect_all_pairs(far, with(0.8, 40, 15));
  // All rows are alike; their preferences are not.
  AffinityParams params = with(0.9, 40, 15);
  for (std::uint64_t i = 0; i < 40; ++i)
    params.preferences.push_back(static_cast<float>(-draw(10, i)));
  expect_all_pairs(Matrix<float>(40, 1), params);
}

TEST(AffinityForms, GiveTheSameBytesForAnyThreads) {
  const Matrix<float> x = points(Shape::blobs, 300, 2, 11);
  const std::string expected = bytes_of(fit_with(AffinityForm::dense, x, {}, with(0.9, 30, 15), 1));
  for (const int threads : {1, 2, 5})
    for (const AffinityForm form : kForms)
      EXPECT_EQ(bytes_of(fit_with(form, x, {}, with(0.9, 30, 15), threads)), expected);
}

TEST(AffinityForms, GiveTheSameBytesOfGivenSimilarities) {
  Matrix<float> s(90, 90);
  for (std::int64_t i = 0; i < 90; ++i)
    for (std::int64_t j = 0; j < 90; ++j) {
      const auto at = static_cast<std::uint64_t>(i * 90 + j);
      // Rows of their own kind: positive, of both signs, whole numbers with ties.
      const double value = 100 * draw(12, at);
      s(i, j) = static_cast<float>(i % 3 == 0   ? value
                                   : i % 3 == 1 ? value - 50
                                                : std::floor(value / 10));
    }
  std::vector<float> weights;
  for (std::uint64_t i = 0; i < 90; ++i) weights.push_back(static_cast<float>(1 + i % 4));
  const auto backend = make_cpu_backend(2);
  for (const std::vector<float>& w : {std::vector<float>(), weights})
    for (const double damping : {0.5, 0.9}) {
      AffinityParams params = with(damping, 60, 15);
      params.form = AffinityForm::dense;
      const AffinityFit dense = backend->affinity(s, w, params);
      params.form = AffinityForm::sparse;
      EXPECT_EQ(bytes_of(backend->affinity(s, w, params)), bytes_of(dense)) << damping;
    }
}

// The messages alone: lists begin short, grow over the iterations and stay lists.
TEST(AffinityForms, ListsGrowAsTheMessagesNeedThem) {
  const Matrix<float> x = points(Shape::uniform, 1200, 2, 13);
  ThreadPool pool(2);
  const cpu::Machine machine{pool, cpu::best_isa()};
  const auto data = cpu::upload(x, {}, machine);
  const auto index = cpu::index_of(*data, machine.isa);
  cpu::AffinityMessages messages(*index, std::vector<double>(1200, -8.0), 0.9, grid_for(400, 1200),
                                 AffinityForm::sparse, machine);
  std::vector<double> lengths = {messages.neighbors()};
  for (int iteration = 0; iteration < 40; ++iteration) {
    (void)messages.iterate();
    lengths.push_back(messages.neighbors());
  }
  EXPECT_LT(lengths.front(), 30);
  EXPECT_GT(lengths.back(), 3 * lengths.front());
  EXPECT_LT(lengths.back(), 300);
  EXPECT_TRUE(std::is_sorted(lengths.begin(), lengths.end()));
  EXPECT_TRUE(messages.exemplar_count() > 0);
}

TEST(AffinityForms, ListsThatGrowBeyondTheMemoryAreRefusedWithNumbers) {
  const Matrix<float> x = points(Shape::uniform, 1200, 2, 13);
  ThreadPool pool(2);
  const cpu::Machine machine{pool, cpu::best_isa()};
  const auto data = cpu::upload(x, {}, machine);
  const auto index = cpu::index_of(*data, machine.isa);
  constexpr std::int64_t kMemory = 600'000;
  cpu::AffinityMessages messages(*index, std::vector<double>(1200, -8.0), 0.9, grid_for(400, 1200),
                                 AffinityForm::sparse, machine, kMemory);
  try {
    for (int iteration = 0; iteration < 40; ++iteration) (void)messages.iterate();
    ADD_FAILURE() << "nothing was refused";
  } catch (const MemoryError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("among 1200 distinct rows needs more than 60"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("and 600 kB are available"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("others each; raise --preference"));
  }
}

// The order is one of all rows, and a search finds exactly the rows that are near enough.
TEST(NeighborIndex, FindsWhatASearchOfAllRowsFinds) {
  for (const std::int64_t n : {2, 16, 17, 250, 700})
    for (const std::int64_t d : {1, 3, 9}) {
      const Matrix<float> x = points(Shape::blobs, n, d, 14);
      std::vector<float> weights;
      for (std::int64_t i = 0; i < n; ++i) weights.push_back(static_cast<float>(i % 4));
      ThreadPool pool(1);
      for (const cpu::Isa isa : {cpu::Isa::baseline, cpu::best_isa()}) {
        const cpu::Machine machine{pool, isa};
        const auto data = cpu::upload(x, weights, machine);
        const auto index = cpu::index_of(*data, isa);
        const auto order = index->order();
        std::vector<std::int32_t> sorted(order.begin(), order.end());
        std::sort(sorted.begin(), sorted.end());
        for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(sorted[static_cast<std::size_t>(i)], i);
        const auto all = distances(x);
        cpu::FoundColumns found((n + 15) / 16 * 16);
        for (std::int64_t place = 0; place < n; place += 1 + n / 9) {
          const auto i = static_cast<std::size_t>(order[static_cast<std::size_t>(place)]);
          const float below = -3.0F * weights[i];
          const float least = -40.0F * weights[i];
          std::vector<std::int64_t> expected, columns;
          for (std::size_t j = 0; j < all.size(); ++j) {
            const float s = weighted_similarity(weights[i], all[i][j]);
            if (j != i && s >= least && s < below) expected.push_back(static_cast<std::int64_t>(j));
          }
          index->find(place, least, below, found);
          for (std::size_t b = 0; b < static_cast<std::size_t>(found.count); ++b)
            for (std::int64_t lane = 0; lane < 16; ++lane) {
              const std::int64_t column = found.block[b] * 16 + lane;
              if ((found.fresh[b] >> lane & 1U) != 0 && column < n && column != place)
                columns.push_back(order[static_cast<std::size_t>(column)]);
            }
          std::sort(columns.begin(), columns.end());
          EXPECT_EQ(columns, expected) << n << " x " << d << ", row " << i;
        }
      }
    }
}

TEST(AffinityForms, AreRefusedWhereScikitLearnsArithmeticIsAskedFor) {
  AffinityParams params;
  params.form = AffinityForm::sparse;
  EXPECT_THROW((void)affinity_sklearn(Matrix<double>(3, 1), params), UsageError);
}

}  // namespace
}  // namespace cohort::affinity_forms
