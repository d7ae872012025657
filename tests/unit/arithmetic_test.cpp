#include "cohort/arithmetic.hpp"

#include <gtest/gtest.h>

#include "cohort/exact_sum.hpp"

namespace cohort {
namespace {

// Known answers of Random123's kat_vectors for philox4x32-10.
TEST(Philox, GivesThePublishedVectors) {
  const RandomBits zero = philox(0, 0, 0);
  EXPECT_EQ(zero.word[0], 0x6627e8d5U);
  EXPECT_EQ(zero.word[1], 0xe169c58dU);
  EXPECT_EQ(zero.word[2], 0xbc57ac4cU);
  EXPECT_EQ(zero.word[3], 0x9b00dbd8U);
  const RandomBits ones = philox(~0ULL, ~0ULL, ~0ULL);
  EXPECT_EQ(ones.word[0], 0x408f276dU);
  EXPECT_EQ(ones.word[1], 0x41c83b0eU);
  EXPECT_EQ(ones.word[2], 0xa20bc7c6U);
  EXPECT_EQ(ones.word[3], 0x6d5451fdU);
}

TEST(Below, CoversItsRangeAndNoMore) {
  EXPECT_EQ(below(0, 7), 0U);
  EXPECT_EQ(below(~0ULL, 7), 6U);
  EXPECT_EQ(below(1ULL << 63, 7), 3U);
  EXPECT_EQ(below(~0ULL, 1), 0U);
}

TEST(OnGrid, RoundsTiesToEven) {
  EXPECT_EQ(on_grid(0.5, 1), 0);
  EXPECT_EQ(on_grid(1.5, 1), 2);
  EXPECT_EQ(on_grid(-2.5, 1), -2);
  EXPECT_EQ(on_grid(0.3, 1024), 307);
}

TEST(GridFor, NeverOverflowsAndKeepsFortyBits) {
  for (const double largest : {1.0, 0.999, 1e-30, 3.4e38, 1e76, 5.0}) {
    for (const double terms : {1.0, 72.0, 1e6, 4e9}) {
      const Grid grid = grid_for(largest, terms);
      const double steps = largest * grid.steps_per_unit();
      EXPECT_LE(steps * terms, 0x1p62) << largest << " x " << terms;
      EXPECT_LE(steps, 0x1p40);
      if (terms <= 1e6) {
        EXPECT_GE(steps, 0x1p39) << largest;
      }
    }
  }
  EXPECT_EQ(grid_for(0, 10).exponent, 0);
}

TEST(WideSum, KeepsTermsThatTheLargestDwarfs) {
  const Grid grid = grid_for(4.0, 4);
  WideSum sum;
  for (int i = 0; i < 4; ++i) sum.add(1e-8, grid.steps_per_unit());
  EXPECT_NEAR(sum.value(grid), 4e-8, 1e-17);
  sum.add(-1e-8, grid.steps_per_unit());
  EXPECT_NEAR(sum.value(grid), 3e-8, 1e-17);
}

}  // namespace
}  // namespace cohort
