#include <fstream>
#include <numeric>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/affinity.hpp"
#include "cohort/backend.hpp"
#include "cohort/error.hpp"

#include "host/engine/mt19937_gaussian.hpp"
#include "tests/support/affinity_cases.hpp"

namespace cohort {
namespace {

using ::testing::ElementsAre;

/// The sample survey's six features, unscaled.
template <class T>
Matrix<T> sample() {
  std::ifstream file(std::string(COHORT_TEST_DATA) + "/reference/sklearn/sample.csv");
  std::string line;
  std::getline(file, line);
  std::vector<T> values;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');)
      values.push_back(static_cast<T>(std::stof(cell)));
  }
  return {72, 6, std::move(values)};
}

AffinityParams scikit_learn_defaults() {
  return testing::with(0.5, 200, 15);
}

// numpy.random.RandomState(seed).standard_normal(3), and the sum of the first 5000, which passes
// the generator's period of 624 words several times.
TEST(Mt19937Gaussian, IsNumpysStream) {
  Mt19937Gaussian zero(0);
  EXPECT_EQ(zero(), 1.764052345967664);
  EXPECT_EQ(zero(), 0.4001572083672233);
  EXPECT_EQ(zero(), 0.9787379841057392);
  Mt19937Gaussian last(4294967295U);
  double sum = 0;
  for (int i = 0; i < 5000; ++i) sum += last();
  EXPECT_EQ(sum, 95.90556323698634);
}

TEST(AffinitySample, HasThePublishedClustersForEverySeed) {
  const auto backend = make_cpu_backend(1);
  const auto data = backend->upload(sample<float>(), {});
  const AffinityResult first = affinity(*backend, *data, {});
  EXPECT_THAT(first.sizes, ElementsAre(28, 20, 16, 6, 2));
  EXPECT_TRUE(first.converged);
  EXPECT_EQ(first.distinct_rows, 55);
  EXPECT_NEAR(first.preference, -145.0714634279, 1e-5);
  for (std::uint64_t seed = 1; seed < 200; ++seed) {
    AffinityParams params;
    params.seed = seed;
    const AffinityResult result = affinity(*backend, *data, params);
    EXPECT_EQ(result.labels, first.labels) << seed;
    EXPECT_EQ(result.exemplars, first.exemplars) << seed;
    EXPECT_TRUE(result.converged) << seed;
  }
}

TEST(AffinitySample, HasScikitLearnsClustersInItsOwnArithmetic) {
  const AffinityResult result = affinity_sklearn(sample<double>(), scikit_learn_defaults());
  EXPECT_EQ(result.n_iter, 61);
  EXPECT_TRUE(result.converged);
  EXPECT_THAT(result.exemplars, ElementsAre(25, 29, 37, 44, 60));
  EXPECT_THAT(result.sizes, ElementsAre(16, 20, 2, 6, 28));
}

TEST(AffinitySklearn, PutsEqualRowsIntoOneCluster) {
  const Matrix<double> x(4, 2, std::vector<double>(8, 1.5));
  EXPECT_THAT(affinity_sklearn(x, scikit_learn_defaults()).labels, ElementsAre(0, 0, 0, 0));
  const Matrix<double> one(1, 2);
  EXPECT_THAT(affinity_sklearn(one, scikit_learn_defaults()).labels, ElementsAre(0));
  const Matrix<double> two(2, 1, {0, 3});
  EXPECT_THAT(affinity_sklearn(two, scikit_learn_defaults()).labels, ElementsAre(0, 1));
}

TEST(AffinitySklearn, HasNoClustersWhereThereIsNoExemplar) {
  AffinityParams params = scikit_learn_defaults();
  params.max_iter = 1;
  params.preference = -1e6;
  const AffinityResult result = affinity_sklearn(sample<double>(), params);
  EXPECT_TRUE(result.exemplars.empty());
  EXPECT_FALSE(result.converged);
  EXPECT_EQ(result.labels, std::vector<std::int32_t>(72, -1));
}

TEST(AffinitySklearn, RefusesSeedsThatNumpyRefuses) {
  AffinityParams params = scikit_learn_defaults();
  params.seed = 1ULL << 32;
  EXPECT_THROW((void)affinity_sklearn(sample<double>(), params), UsageError);
}

}  // namespace
}  // namespace cohort
