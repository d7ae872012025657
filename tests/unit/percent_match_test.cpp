#include <gtest/gtest.h>

#include "tests/unit/statistics_data.hpp"

namespace cohort {
namespace {

std::vector<MatchingPair> reference_matches(const Matrix<std::int32_t>& answers, double threshold) {
  std::vector<MatchingPair> pairs;
  for (std::int64_t i = 0; i < answers.rows(); ++i) {
    for (std::int64_t j = i + 1; j < answers.rows(); ++j) {
      int both = 0;
      int alike = 0;
      for (std::int64_t c = 0; c < answers.cols(); ++c) {
        if (answers(i, c) < 0 || answers(j, c) < 0) continue;
        ++both;
        alike += answers(i, c) == answers(j, c) ? 1 : 0;
      }
      if (both == 0 || 2 * both < answers.cols()) continue;
      const double share = static_cast<double>(alike) / static_cast<double>(both);
      if (share >= threshold) pairs.push_back({i, j, share});
    }
  }
  return pairs;
}

void expect_equal(const std::vector<MatchingPair>& a, const std::vector<MatchingPair>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t p = 0; p < a.size(); ++p) {
    EXPECT_EQ(a[p].i, b[p].i);
    EXPECT_EQ(a[p].j, b[p].j);
    EXPECT_EQ(a[p].share, b[p].share);
  }
}

TEST(PercentMatch, FindsThePairsThatComparingAllOfThemFinds) {
  for (const std::int64_t n : {1, 2, 15, 16, 17, 300}) {
    for (const std::int64_t m : {1, 5, 11, 40}) {
      Matrix<std::int32_t> answers(n, m);
      for (std::int64_t i = 0; i < n * m; ++i) {
        const RandomBits bits = philox(71, 0, static_cast<std::uint64_t>(i));
        answers.data()[i] = static_cast<std::int32_t>(bits.word[0] % 5) - (bits.word[1] % 2 == 0);
      }
      for (const double threshold : {0.0, 0.4, 0.8, 1.0}) {
        const std::vector<MatchingPair> expected = reference_matches(answers, threshold);
        test::on_every_machine([&](cpu::Machine machine) {
          expect_equal(cpu::percent_match(answers, threshold, machine), expected);
        });
      }
    }
  }
}

TEST(PercentMatch, MeetsItsThresholdExactly) {
  // 4 of 5 alike; 4 of 10 columns are too few to compare; 8 of 10 with threshold 0.8.
  Matrix<std::int32_t> answers(2, 10);
  answers(0, 0) = 1;
  answers(0, 1) = 1;
  ThreadPool pool(1);
  const cpu::Machine machine{pool, cpu::best_isa()};
  ASSERT_EQ(cpu::percent_match(answers, 0.8, machine).size(), 1U);
  EXPECT_EQ(cpu::percent_match(answers, 0.8, machine)[0].share, 0.8);
  EXPECT_TRUE(cpu::percent_match(answers, std::nextafter(0.8, 1.0), machine).empty());
  for (std::int64_t c = 5; c < 10; ++c) answers(1, c) = -1;
  EXPECT_EQ(cpu::percent_match(answers, 0.6, machine).size(), 1U);
  answers(1, 4) = -1;
  EXPECT_TRUE(cpu::percent_match(answers, 0.0, machine).empty());
}

}  // namespace
}  // namespace cohort
