#include <map>

#include <gtest/gtest.h>

#include "cohort/distinct_arithmetic.hpp"

#include "tests/unit/statistics_data.hpp"

namespace cohort {
namespace {

using test::in_blocks;

TEST(Distinct, FindsEachRowOnceInOrderOfFirstAppearance) {
  const Matrix<float> x(6, 2, {1, 0, 2, 5, 1, -0.0F, 3, 3, 2, 5, 1, 0});
  test::on_every_machine([&](cpu::Machine machine) {
    const DistinctRows found = cpu::distinct(in_blocks(x, {1, 2, 0.5F, 1, 0.25F, 4}), machine);
    EXPECT_EQ(found.first, (std::vector<std::int64_t>{0, 1, 3}));
    EXPECT_EQ(found.group, (std::vector<std::int32_t>{0, 1, 0, 2, 1, 0}));
    EXPECT_EQ(found.counts, (std::vector<std::int64_t>{3, 2, 1}));
    const cpu::CpuDataSet& rows = cpu::on_cpu(*found.data);
    ASSERT_EQ(rows.rows(), 3);
    EXPECT_EQ(rows.weight(0), 5.5);
    EXPECT_EQ(rows.weight(1), 2.25);
    EXPECT_EQ(rows.weight(2), 1);
    EXPECT_EQ(rows.weights.size(), 16U);
    EXPECT_EQ(rows.weights[3], 0);
    EXPECT_EQ(rows.at(1, 1), 5);
  });
}

TEST(Distinct, AgreesWithAMapOnManyRows) {
  for (const std::int64_t n : {1, 2, 15, 16, 17, 1000, 70000}) {
    Matrix<float> x = test::random_matrix(n, 3, 53, 0, 20);
    // Enough values to make the table grow, few enough to meet again.
    for (std::int64_t i = 0; i < 3 * n; ++i) x.data()[i] = std::round(x.data()[i]) * 0.1F + 0.0F;
    std::map<std::vector<float>, std::int32_t> groups;
    std::vector<std::int32_t> group;
    std::vector<std::int64_t> counts;
    for (std::int64_t i = 0; i < n; ++i) {
      const std::vector<float> row(x.row(i).begin(), x.row(i).end());
      const auto place = groups.emplace(row, static_cast<std::int32_t>(groups.size())).first;
      group.push_back(place->second);
      counts.resize(groups.size());
      ++counts[static_cast<std::size_t>(place->second)];
    }
    test::on_every_machine([&](cpu::Machine machine) {
      const DistinctRows found = cpu::distinct(in_blocks(x), machine);
      EXPECT_EQ(found.group, group);
      EXPECT_EQ(found.counts, counts);
      const cpu::CpuDataSet& rows = cpu::on_cpu(*found.data);
      for (std::size_t g = 0; g < counts.size(); ++g)
        ASSERT_EQ(rows.weight(static_cast<std::int64_t>(g)), static_cast<double>(counts[g]));
    });
  }
}

// Among many rows of few values, as it seems, are more different ones than a table in the cache
// takes; five threads have room for them.
TEST(Distinct, AgreesWithAMapWhereFewRowsTurnOutToBeMany) {
  constexpr std::int64_t kRows = 160000;
  Matrix<float> x(kRows, 1);
  std::vector<std::int32_t> group;
  std::int32_t groups = 1;
  for (std::int64_t i = 0; i < kRows; ++i) {
    const bool common = i % 7 == 0;
    x(i, 0) = common ? -1 : static_cast<float>(i);
    group.push_back(common ? 0 : groups++);
  }
  ASSERT_GT(groups, 131072);
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    const DistinctRows found = cpu::distinct(in_blocks(x), {pool, cpu::best_isa()});
    EXPECT_EQ(found.group, group);
    EXPECT_EQ(found.counts[0], (kRows + 6) / 7);
    EXPECT_EQ(found.counts[1], 1);
  }
}

// Weights that sum to 1 are small, and none of their bits may go.
TEST(Distinct, WeighsGroupsInAnyUnit) {
  const Matrix<float> x(5, 1, {1, 2, 1, 3, 1});
  ThreadPool pool(1);
  for (const float unit : {0x1p-100F, 0x1p-40F, 1.0F, 0x1p100F}) {
    const std::vector<float> weights = {0.3F * unit, 0.7F * unit, 0, unit, 0.3F * unit};
    const DistinctRows found = cpu::distinct(in_blocks(x, weights), {pool, cpu::best_isa()});
    EXPECT_EQ(cpu::on_cpu(*found.data).weight(0), static_cast<double>(2 * (0.3F * unit)));
    EXPECT_EQ(cpu::on_cpu(*found.data).weight(1), static_cast<double>(0.7F * unit));
    EXPECT_EQ(cpu::on_cpu(*found.data).weight(2), static_cast<double>(unit));
  }
}

TEST(Distinct, OfNoRowsIsNone) {
  ThreadPool pool(2);
  const DistinctRows found = cpu::distinct(in_blocks(Matrix<float>(0, 3)), {pool, cpu::best_isa()});
  EXPECT_EQ(found.data->rows(), 0);
  EXPECT_TRUE(found.first.empty() && found.group.empty() && found.counts.empty());
}

TEST(Distinct, RefusesMoreRowsThanGroupsHaveNumbers) {
  require_countable_rows(2147483647);
  try {
    require_countable_rows(2147483648);
    FAIL() << "not refused";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "2147483648 rows are too many to look for duplicates; at most 2147483647 are "
                 "taken");
  }
}

TEST(Distinct, TellsNeighbouringFloatsApart) {
  ThreadPool pool(1);
  const Matrix<float> x(3, 1, {1.0F, std::nextafter(1.0F, 2.0F), 1e-45F});
  EXPECT_EQ(cpu::distinct(in_blocks(x), {pool, cpu::best_isa()}).first.size(), 3U);
}

}  // namespace
}  // namespace cohort
