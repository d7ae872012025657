#include "cohort/compare.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/agreement.hpp"
#include "cohort/arithmetic.hpp"
#include "cohort/error.hpp"
#include "cohort/report.hpp"

namespace cohort {
namespace {

Table table_of(const std::string& name, ColumnType type, const std::vector<double>& values) {
  Table table;
  table.source = "f.csv";
  table.columns.emplace_back();
  table.columns[0].name = name;
  table.columns[0].type = type;
  table.columns[0].values.assign(values.begin(), values.end());
  return table;
}

using ::testing::HasSubstr;
using Labels = std::vector<std::int32_t>;

Labelling labelling(std::string name, std::vector<std::string> clusters, Labels labels) {
  return {std::move(name), std::move(clusters), std::move(labels)};
}

// normalized_mutual_info_score of scikit-learn 1.9.1.
TEST(NormalizedMutualInfo, AgreesWithScikitLearn) {
  Labels a;
  Labels b;
  for (std::int32_t i = 0; i < 40; ++i) {
    a.push_back(i * i % 7 % 3);
    b.push_back(i % 4);
  }
  EXPECT_NEAR(normalized_mutual_info(contingency(a, b)), 0.024131689026135997, 1e-14);
  EXPECT_NEAR(normalized_mutual_info(contingency(Labels{0, 0, 1, 1, 2}, Labels{0, 0, 1, 2, 2})),
              0.737175493807016, 1e-14);
  EXPECT_EQ(normalized_mutual_info(contingency(Labels{0, 0}, Labels{0, 0})), 1);
  EXPECT_EQ(normalized_mutual_info(contingency(Labels{0, 0}, Labels{0, 1})), 0);
}

/// The most rows that one-to-one matched cells can hold, by trying every order.
std::int64_t most_matched(const Matrix<std::int64_t>& counts) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(std::max(counts.rows(), counts.cols())));
  std::iota(order.begin(), order.end(), 0);
  std::int64_t most = 0;
  do {
    std::int64_t sum = 0;
    for (std::int64_t a = 0; a < counts.rows(); ++a)
      if (order[static_cast<std::size_t>(a)] < counts.cols())
        sum += counts(a, order[static_cast<std::size_t>(a)]);
    most = std::max(most, sum);
  } while (std::next_permutation(order.begin(), order.end()));
  return most;
}

TEST(BestPartners, MatchAsManyRowsAsCanBe) {
  for (std::uint64_t trial = 0; trial < 300; ++trial) {
    const RandomBits shape = philox(3, 0, trial);
    Matrix<std::int64_t> counts(1 + shape.word[0] % 6, 1 + shape.word[1] % 6);
    for (std::int64_t i = 0; i < counts.rows() * counts.cols(); ++i)
      counts.data()[i] = philox(4, trial, static_cast<std::uint64_t>(i)).word[0] % 7;
    const std::vector<std::int32_t> partners = best_partners(counts);
    std::vector<std::int32_t> taken;
    std::int64_t matched = 0;
    for (std::int64_t a = 0; a < counts.rows(); ++a) {
      const std::int32_t b = partners[static_cast<std::size_t>(a)];
      if (b < 0) continue;
      EXPECT_GT(counts(a, b), 0);
      matched += counts(a, b);
      taken.push_back(b);
    }
    std::sort(taken.begin(), taken.end());
    EXPECT_EQ(std::adjacent_find(taken.begin(), taken.end()), taken.end()) << trial;
    EXPECT_EQ(matched, most_matched(counts)) << trial;
  }
}

TEST(BestPartners, OfTooManyClustersAreTheLargestCellsFirst) {
  EXPECT_TRUE(is_matched_best(1500, 1500));
  EXPECT_FALSE(is_matched_best(1600, 1600));
  EXPECT_TRUE(is_matched_best(4, 1'000'000));
  Matrix<std::int64_t> counts(1600, 1600);
  counts(0, 0) = 5;  // the best matching leaves this out
  counts(0, 1) = 4;
  counts(1, 0) = 4;
  counts(7, 9) = counts(8, 9) = 2;
  const std::vector<std::int32_t> partners = best_partners(counts);
  EXPECT_EQ(partners[0], 0);
  EXPECT_EQ(partners[1], -1);
  EXPECT_EQ(partners[7], 9);
  EXPECT_EQ(partners[8], -1);
}

TEST(Compare, CountsTheRowsThatMoved) {
  const Comparison comparison = compare(labelling("a", {"0", "1", "2"}, {0, 0, 0, 1, 1, -1, 2, -1}),
                                        labelling("b", {"x", "y"}, {1, 1, 0, 0, 0, 0, -1, -1}));
  EXPECT_EQ(comparison.rows, 5);
  EXPECT_EQ(comparison.only_a, 1);
  EXPECT_EQ(comparison.only_b, 1);
  EXPECT_EQ(comparison.partner, (Labels{1, 0, -1}));
  EXPECT_EQ(comparison.moved, 1);
  EXPECT_TRUE(comparison.has_moved(2));
  EXPECT_FALSE(comparison.has_moved(0));
  EXPECT_FALSE(comparison.has_moved(5));
  ThreadPool pool(2);
  std::string csv;
  moved_csv(comparison, pool, [&](std::string_view piece) { csv += piece; });
  EXPECT_EQ(csv, "row,a,b\n2,0,x\n");
  const std::string report = compare_report(comparison, {});
  EXPECT_THAT(report, HasSubstr("1 row moved (20.0%)"));
  EXPECT_THAT(report, HasSubstr("y*: 2, x: 1"));
  EXPECT_THAT(compare_json(comparison), HasSubstr("\"moved\": 1"));
}

TEST(Compare, RefusesWhatCannotBeCompared) {
  EXPECT_THROW((void)compare(labelling("a", {"0"}, {0}), labelling("b", {"0"}, {0, 0})), DataError);
  EXPECT_THROW((void)compare(labelling("a", {"0"}, {0, -1}), labelling("b", {"0"}, {-1, 0})),
               DataError);
  const Table table = table_of("when", ColumnType::datetime, {1});
  EXPECT_THROW((void)labelling_of(table, "when"), DataError);
  EXPECT_THROW((void)labelling_of(table, "what"), UsageError);
}

TEST(Labelling, OfNumbersKeepsTheirOrder) {
  const Table table = table_of("k", ColumnType::number, {10, 2, std::nan(""), 2, -1});
  const Labelling found = labelling_of(table, "k");
  EXPECT_EQ(found.source, "f.csv, k");
  EXPECT_EQ(found.clusters, (std::vector<std::string>{"-1", "2", "10"}));
  EXPECT_EQ(found.labels, (Labels{2, 1, -1, 1, 0}));
}

}  // namespace
}  // namespace cohort
