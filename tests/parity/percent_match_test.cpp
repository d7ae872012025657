// The same pairs in the same order with the same shares as the CPU's.

#include <vector>

#include <gtest/gtest.h>

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

/// Codes below `codes`, of which a share is missing.
Matrix<std::int32_t> answers_of(std::int64_t n, std::int64_t m, double codes, double missing,
                                std::uint64_t seed) {
  Matrix<std::int32_t> answers(n, m);
  for (std::int64_t i = 0; i < n * m; ++i) {
    const auto index = static_cast<std::uint64_t>(i);
    answers.data()[i] = uniform(seed + 1, index) < missing
                            ? -1
                            : static_cast<std::int32_t>(uniform(seed, index) * codes);
  }
  return answers;
}

class PercentMatchParity : public Parity {
 protected:
  std::size_t expect_equal(const Matrix<std::int32_t>& answers, double threshold) {
    const std::vector<MatchingPair> expected = cpu().percent_match(answers.view(), threshold);
    const std::vector<MatchingPair> found = gpu().percent_match(answers.view(), threshold);
    EXPECT_EQ(found.size(), expected.size());
    EXPECT_TRUE(bytes_of(found) == bytes_of(expected));
    return found.size();
  }
};

TEST_F(PercentMatchParity, FindsTheSamePairs) {
  std::size_t pairs = 0;
  for (const std::int64_t n : kRowCounts)
    for (const std::int64_t m : cases<std::int64_t>({1, 2, 31, 32, 33, 65}))
      for (const double threshold : {0.0, 0.5, 0.8, 1.0}) {
        if (n * m > 2000 && (threshold != 0.5 || n * m > 10000)) continue;
        SCOPED_TRACE(::testing::Message() << n << " x " << m << " threshold " << threshold);
        pairs += expect_equal(answers_of(n, m, 3, 0.2, 51), threshold);
      }
  EXPECT_GT(pairs, 10000U);
}

TEST_F(PercentMatchParity, OfNothingIsNothing) {
  EXPECT_EQ(expect_equal(Matrix<std::int32_t>(0, 4), 0.5), 0U);
  EXPECT_EQ(expect_equal(Matrix<std::int32_t>(5, 0), 0.5), 0U);
  EXPECT_EQ(expect_equal(answers_of(40, 4, 2, 1, 52), 0), 0U);  // everything is missing
}

// Codes of different numbers of bits in each 32 columns, some of all 31.
TEST_F(PercentMatchParity, ForCodesOfAnySize) {
  for (const double codes : {1.0, 2.0, 255.0, 256.0, 70000.0, 2147483647.0}) {
    Matrix<std::int32_t> answers = answers_of(70, 70, codes, 0.1, 53);
    for (std::int64_t i = 0; i < 70; ++i)
      for (std::int64_t j = 0; j < 70; ++j) {
        if (j / 32 == 1) answers(i, j) = answers(i, j) < 0 ? -1 : answers(i, j) % 2;
        if (i >= 40 && j % 3 > 0) answers(i, j) = answers(i - 40, j);
      }
    EXPECT_GT(expect_equal(answers, 0.6), 0U) << codes;
  }
}

// Shares beside the threshold, by one answer and by the last bit of a double.
TEST_F(PercentMatchParity, MeetsTheThresholdExactly) {
  const Matrix<std::int32_t> answers = answers_of(20, 30, 2, 0.3, 54);
  for (const MatchingPair& pair : cpu().percent_match(answers.view(), 0.55))
    for (const double threshold :
         {pair.share, std::nextafter(pair.share, 0.0), std::nextafter(pair.share, 1.0)})
      (void)expect_equal(answers, threshold);
}

TEST_F(PercentMatchParity, HalfOfTheColumnsAreEnoughToJudgeBy) {
  for (const std::int64_t m : cases<std::int64_t>({1, 2, 3, 10, 11})) {
    Matrix<std::int32_t> answers(m + 1, m);  // row i misses its first i answers
    for (std::int64_t i = 0; i <= m; ++i)
      for (std::int64_t j = 0; j < i; ++j) answers(i, j) = -1;
    (void)expect_equal(answers, 1);
  }
}

// Rows that pass are cut in parts of 1024.
TEST_F(PercentMatchParity, AcrossParts) {
  for (const std::int64_t n : {1023, 1024, 1025, 2080})
    EXPECT_GT(expect_equal(answers_of(n, 9, 6, 0.05, 55), 0.7), 100U);
}

// Three chunks on their way to the host.
TEST_F(PercentMatchParity, AllPairsOfManyRows) {
  EXPECT_EQ(expect_equal(Matrix<std::int32_t>(1300, 3), 1), 1300U * 1299 / 2);
}

TEST_F(PercentMatchParity, IsTheSameUnderEverySchedule) {
  const Matrix<std::int32_t> answers = answers_of(150, 40, 3, 0.2, 56);
  under_every_schedule([&] { EXPECT_GT(expect_equal(answers, 0.4), 0U); });
}

}  // namespace
}  // namespace cohort::testing
