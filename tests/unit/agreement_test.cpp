#include "cohort/agreement.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "cohort/arithmetic.hpp"
#include "cohort/error.hpp"

namespace cohort {
namespace {

using Labels = std::vector<std::int32_t>;

// adjusted_rand_score of scikit-learn 1.2.1, tests/reference/statistics_sklearn.py.
TEST(AdjustedRandIndex, AgreesWithScikitLearn) {
  Labels a;
  Labels b;
  for (std::int32_t i = 0; i < 40; ++i) {
    a.push_back(i * i % 7 % 3);
    b.push_back(i % 4);
  }
  EXPECT_DOUBLE_EQ(adjusted_rand_index(a, b), -0.028735632183908046);
}

TEST(AdjustedRandIndex, IsOneOfTheSamePartitionByOtherNames) {
  EXPECT_EQ(adjusted_rand_index(Labels{0, 0, 1, 2}, Labels{5, 5, 0, 1}), 1);
  EXPECT_EQ(adjusted_rand_index(Labels{0, 0, 0}, Labels{1, 1, 1}), 1);
  EXPECT_EQ(adjusted_rand_index(Labels{0, 1, 2}, Labels{2, 1, 0}), 1);
  EXPECT_EQ(adjusted_rand_index(Labels{}, Labels{}), 1);
  EXPECT_EQ(adjusted_rand_index(Labels{0}, Labels{3}), 1);
  EXPECT_EQ(adjusted_rand_index(Labels{0, 0}, Labels{0, 1}), 0);
}

TEST(AdjustedRandIndex, IsThatOfAllPairs) {
  Labels a;
  Labels b;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const RandomBits bits = philox(47, 0, i);
    a.push_back(static_cast<std::int32_t>(bits.word[0] % 4));
    b.push_back(bits.word[1] % 2 == 0 ? a.back() : static_cast<std::int32_t>(bits.word[2] % 5));
  }
  double together = 0;
  double in_a = 0;
  double in_b = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = i + 1; j < a.size(); ++j) {
      ++pairs;
      in_a += a[i] == a[j] ? 1 : 0;
      in_b += b[i] == b[j] ? 1 : 0;
      together += a[i] == a[j] && b[i] == b[j] ? 1 : 0;
    }
  }
  const double expected = in_a * in_b / pairs;
  EXPECT_NEAR(adjusted_rand_index(a, b), (together - expected) / ((in_a + in_b) / 2 - expected),
              1e-13);
}

TEST(Contingency, CountsRowsThatBothLabelled) {
  const Matrix<std::int64_t> counts = contingency(Labels{0, 0, -1, 2, 2}, Labels{1, 1, 0, 0, -1});
  ASSERT_EQ(counts.rows(), 3);
  ASSERT_EQ(counts.cols(), 2);
  EXPECT_EQ(counts(0, 1), 2);
  EXPECT_EQ(counts(2, 0), 1);
  EXPECT_EQ(counts(0, 0) + counts(1, 0) + counts(1, 1) + counts(2, 1), 0);
  EXPECT_THROW((void)contingency(Labels{0}, Labels{0, 1}), UsageError);
}

}  // namespace
}  // namespace cohort
