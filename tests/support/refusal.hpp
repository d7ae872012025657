#pragma once
/// What every refusal looks like.

#include <algorithm>
#include <initializer_list>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/program.hpp"

namespace cohort::testing {

/// Exit code and one line with all these parts; nothing on standard output.
inline void expect_refusal(const Outcome& outcome, int code,
                           std::initializer_list<const char*> parts) {
  EXPECT_EQ(outcome.code, code) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_THAT(outcome.err, ::testing::HasSubstr("cohort: error: "));
  for (const char* part : parts) EXPECT_THAT(outcome.err, ::testing::HasSubstr(part));
}

}  // namespace cohort::testing
