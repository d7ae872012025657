#include "cohort/collapse.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "cohort/analysis.hpp"
#include "cohort/error.hpp"
#include "cohort/features.hpp"
#include "cohort/silhouette.hpp"

#include "tests/unit/kmeans_cases.hpp"

namespace cohort {
namespace {

using test::blobs;
using test::first_rows;
using test::from;

/// Rounded to halves: few distinct rows, each many times.
Matrix<float> answers(std::int64_t n, std::int64_t d, std::uint64_t stream = 1) {
  Matrix<float> x = blobs(n, d, 4, 1.2F, stream);
  for (std::int64_t i = 0; i < n * d; ++i)
    x.data()[i] = std::round(x.data()[i]) / 2 + (i % 3 == 0 ? 0.1F : -0.0F);
  return x;
}

/// The first of each of k distinct rows.
Matrix<float> distinct_start(Backend& backend, const Matrix<float>& x, std::int64_t k) {
  const DistinctRows rows = backend.distinct(*backend.upload(x, {}));
  Matrix<float> start(k, x.cols());
  for (std::int64_t c = 0; c < k; ++c)
    std::ranges::copy(x.row(rows.first[static_cast<std::size_t>(c)]), start.row(c).begin());
  return start;
}

void expect_same(const KMeansResult& collapsed, const KMeansResult& whole) {
  EXPECT_EQ(collapsed.labels, whole.labels);
  EXPECT_EQ(test::bytes_of(collapsed.centers), test::bytes_of(whole.centers));
  EXPECT_EQ(collapsed.sizes, whole.sizes);
  EXPECT_EQ(collapsed.shares, whole.shares);
  EXPECT_EQ(collapsed.inertia, whole.inertia);
  EXPECT_EQ(collapsed.n_iter, whole.n_iter);
  EXPECT_EQ(collapsed.converged, whole.converged);
}

TEST(Collapse, LeavesKMeansAndSilhouettesAsTheyAre) {
  for (const std::int64_t n : {300, 4097, 20000}) {
    for (const std::int64_t d : {1, 2, 6, 33}) {
      SCOPED_TRACE(::testing::Message() << n << " x " << d);
      const auto backend = make_cpu_backend(3);
      const Matrix<float> x = answers(n, d);
      const DataSetPtr data = backend->upload(x, {});
      const DistinctRows rows = backend->distinct(*data);
      const bool few_answers = d < 6;
      ASSERT_TRUE(!few_answers || rows.data->rows() < n);
      const KMeansParams params = from(distinct_start(*backend, x, 4));
      const KMeansResult whole = kmeans(*backend, *data, params);
      const KMeansResult collapsed = kmeans(*backend, rows, params);
      expect_same(collapsed, whole);
      EXPECT_EQ(collapsed.distinct_rows, rows.data->rows());
      EXPECT_EQ(whole.distinct_rows, 0);

      if (n > 5000) continue;
      const SilhouetteResult expected = silhouette(*backend, *data, whole.labels);
      const SilhouetteResult found = silhouette(*backend, rows, whole.labels);
      EXPECT_EQ(found.values, expected.values);
      EXPECT_EQ(found.cluster_means, expected.cluster_means);
      EXPECT_EQ(found.mean, expected.mean);
    }
  }
}

// Some centres lie where no row is nearest: the farthest rows fill their clusters.
TEST(Collapse, FillsEmptyClustersAlike) {
  const auto backend = make_cpu_backend(2);
  const Matrix<float> x = answers(900, 2);
  const DataSetPtr data = backend->upload(x, {});
  const DistinctRows rows = backend->distinct(*data);
  for (const std::int64_t empty : {1, 2, 5}) {
    Matrix<float> start(3 + empty, 2);
    std::ranges::copy(distinct_start(*backend, x, 3).view().row(0), start.row(0).begin());
    for (std::int64_t c = 1; c < start.rows(); ++c) {
      start(c, 0) = 1000.0F + static_cast<float>(c);
      start(c, 1) = -1000.0F;
    }
    for (const std::int64_t max_iter : {1, 2, 300}) {
      SCOPED_TRACE(::testing::Message() << empty << " empty, " << max_iter << " iterations");
      KMeansParams params = from(start);
      params.max_iter = max_iter;
      expect_same(kmeans(*backend, rows, params), kmeans(*backend, *data, params));
    }
  }
}

// Distances from 1e-12 to 1e6 lie below any one grid: what is rounded is rounded before it counts.
TEST(Collapse, LeavesInertiaAsItIsOverManyMagnitudes) {
  const auto backend = make_cpu_backend(2);
  Matrix<float> x(3000, 1);
  for (std::int64_t i = 0; i < x.rows(); ++i)
    x(i, 0) = static_cast<float>(std::pow(10.0, static_cast<double>(i % 37) / 2 - 12));
  const DataSetPtr data = backend->upload(x, {});
  const KMeansParams params = from(first_rows(x, 3));
  expect_same(kmeans(*backend, backend->distinct(*data), params), kmeans(*backend, *data, params));
}

TEST(Collapse, RefusesMoreClustersThanDistinctRows) {
  const auto backend = make_cpu_backend(1);
  const Matrix<float> x(4, 1, {1, 2, 1, 2});
  const DistinctRows rows = backend->distinct(*backend->upload(x, {}));
  EXPECT_THROW((void)kmeans(*backend, rows, test::drawn(3)), DataError);
  EXPECT_EQ(kmeans(*backend, rows, test::drawn(2)).sizes, (std::vector<std::int64_t>{2, 2}));
}

TEST(Collapse, IsWorthItWhereASampleMeetsEnoughEqualRows) {
  Matrix<float> x(200000, 2);
  const auto fill = [&](std::int64_t distinct) {
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      const auto value = static_cast<std::int64_t>(
          philox(7, 3, static_cast<std::uint64_t>(i)).low() % static_cast<std::uint64_t>(distinct));
      x(i, 0) = static_cast<float>(value % 1000);
      x(i, 1) = static_cast<float>(value / 1000);
    }
    return estimate_distinct(x);
  };
  for (const std::int64_t distinct : {1, 500, 20000}) {
    const DistinctEstimate found = fill(distinct);
    EXPECT_NEAR(found.estimate, static_cast<double>(distinct),
                0.05 * static_cast<double>(distinct));
    EXPECT_LE(found.seen, distinct);
    EXPECT_TRUE(worth_collapsing(found, x.rows()));
  }
  for (std::int64_t i = 0; i < x.rows(); ++i) x(i, 0) = static_cast<float>(i);
  EXPECT_EQ(estimate_distinct(x).seen, 65536);
  EXPECT_FALSE(worth_collapsing(estimate_distinct(x), x.rows()));
  // Few rows are counted one by one.
  const Matrix<float> few(4, 1, {1, 1, 2, 1});
  EXPECT_EQ(estimate_distinct(few).estimate, 2);
  EXPECT_FALSE(worth_collapsing(estimate_distinct(few), 4));
}

Analysis analysed(const Matrix<float>& x, Collapse choice, std::vector<float> weights = {}) {
  AnalysisInput input;
  input.features = features_of(x, "x.npy");
  input.features.weights = std::move(weights);
  Recipe recipe;
  recipe.kmeans.params.n_clusters = 3;
  recipe.kmeans.collapse = choice;
  Stages stages;
  stages.kmeans = true;
  const auto backend = make_cpu_backend(2);
  return analyse(std::move(input), recipe, stages, *backend, {});
}

bool says(const Analysis& analysis, const std::string& text) {
  return std::ranges::any_of(analysis.notices, [&](const Notice& notice) {
    return notice.text.find(text) != std::string::npos;
  });
}

TEST(Collapse, IsDecidedFromTheDataAndSaid) {
  const Matrix<float> many = answers(12000, 2);
  const Analysis automatic = analysed(many, Collapse::automatic);
  const std::int64_t distinct = automatic.kmeans->result.distinct_rows;
  ASSERT_GT(distinct, 0);
  EXPECT_TRUE(says(automatic, "12,000 rows, " + std::to_string(distinct) + " distinct"));
  ASSERT_TRUE(automatic.kmeans->silhouette.has_value());
  EXPECT_EQ(automatic.kmeans->silhouette->values.size(), 12000U);

  EXPECT_EQ(analysed(many, Collapse::off).kmeans->result.distinct_rows, 0);
  const Matrix<float> few = answers(600, 2);
  EXPECT_EQ(analysed(few, Collapse::automatic).kmeans->result.distinct_rows, 0);
  EXPECT_GT(analysed(few, Collapse::on).kmeans->result.distinct_rows, 0);

  const std::vector<float> weights(600, 2.0F);
  EXPECT_EQ(analysed(few, Collapse::automatic, weights).kmeans->result.distinct_rows, 0);
  EXPECT_THROW((void)analysed(few, Collapse::on, weights), UsageError);
}

}  // namespace
}  // namespace cohort
