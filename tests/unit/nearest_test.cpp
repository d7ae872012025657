#include "host/survey/nearest.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace cohort {
namespace {

const std::vector<std::string> kKeys{"n_clusters", "n_init", "init", "max_iter", "Effort"};

TEST(Nearest, FindsOneEditOfEachKind) {
  EXPECT_EQ(nearest("n_cluster", kKeys), "n_clusters");
  EXPECT_EQ(nearest("n_clusterss", kKeys), "n_clusters");
  EXPECT_EQ(nearest("n-clusters", kKeys), "n_clusters");
  EXPECT_EQ(nearest("max_itre", kKeys), "max_iter");
}

TEST(Nearest, DoesNotCountCase) {
  EXPECT_EQ(nearest("EFFORT", kKeys), "Effort");
}

TEST(Nearest, TakesTheFewestEditsAndThenTheFirst) {
  EXPECT_EQ(nearest("ninit", kKeys), "n_init");
  EXPECT_EQ(nearest("abx", std::vector<std::string>{"aby", "abz"}), "aby");
}

TEST(Nearest, IsEmptyWhenMoreThanAThirdDiffers) {
  EXPECT_EQ(nearest("weather", kKeys), "");
  EXPECT_EQ(nearest("ab", std::vector<std::string>{"ac"}), "");
  EXPECT_EQ(nearest("abcdef", std::vector<std::string>{"abcdxy"}), "abcdxy");
  EXPECT_EQ(nearest("abcdef", std::vector<std::string>{"abcwxy"}), "");
  EXPECT_EQ(nearest("abc", {}), "");
  EXPECT_EQ(nearest("", kKeys), "");
}

// A swap of neighbours is one edit; without it these three letters would need two.
TEST(Nearest, CountsASwapOnce) {
  EXPECT_EQ(nearest("tpo", std::vector<std::string>{"top"}), "top");
}

TEST(Nearest, LeavesWholeParagraphsAlone) {
  const std::string paragraph(100000, 'q');
  EXPECT_EQ(nearest(paragraph, kKeys), "");
  EXPECT_EQ(nearest("top", std::vector<std::string>{paragraph}), "");
}

}  // namespace
}  // namespace cohort
