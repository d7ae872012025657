#include "cohort/respondents.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace cohort {
namespace {

TEST(RespondentGroups, FollowChainsOfPairs) {
  const std::vector<MatchingPair> pairs = {{0, 3, 1}, {3, 5, 0.9}, {1, 2, 0.8}, {0, 5, 0.8}};
  const RespondentGroups groups = respondent_groups(pairs, 7);
  EXPECT_EQ(groups.people, 4);  // 0-3-5, 1-2, 4, 6
  EXPECT_EQ(groups.smallest, 1);
  EXPECT_EQ(groups.largest, 3);
  EXPECT_FALSE(groups.all_repeated());
}

TEST(RespondentGroups, KnowWhenEverybodyIsListedTwice) {
  std::vector<MatchingPair> pairs;
  for (std::int64_t i = 0; i < 36; ++i) pairs.push_back({i, i + 36, 0.9});
  EXPECT_TRUE(respondent_groups(pairs, 72).all_repeated());
  EXPECT_EQ(respondent_groups(pairs, 72).people, 36);
  EXPECT_FALSE(respondent_groups(pairs, 73).all_repeated());
  EXPECT_EQ(respondent_groups({}, 0).people, 0);
  EXPECT_FALSE(respondent_groups({}, 3).all_repeated());
}

}  // namespace
}  // namespace cohort
