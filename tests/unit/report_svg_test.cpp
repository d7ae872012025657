#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/report/html/flow.hpp"
#include "host/report/html/map_points.hpp"
#include "host/report/html/row_sample.hpp"
#include "host/report/svg/drawing.hpp"
#include "host/report/svg/scale.hpp"
#include "host/report/svg/text.hpp"
#include "tests/support/markup.hpp"

namespace cohort::report {
namespace {

using ::testing::ElementsAre;

TEST(SvgText, NumbersAreShortAndNeverMinusZero) {
  EXPECT_EQ(decimal(12.34), "12.3");
  EXPECT_EQ(decimal(12.0), "12");
  EXPECT_EQ(decimal(100, 0), "100");
  EXPECT_EQ(decimal(-0.04), "0");
  EXPECT_EQ(decimal(-0.06), "-0.1");
  EXPECT_EQ(decimal(0.456, 2), "0.46");
  EXPECT_EQ(decimal(std::nan("")), "0");
  EXPECT_EQ(decimal(-std::numeric_limits<double>::infinity()), "0");
  EXPECT_EQ(signed_number(0.934), "+0.93");
  EXPECT_EQ(signed_number(-1.2), "−1.20");
  EXPECT_EQ(signed_number(-0.001), "0.00");
  EXPECT_EQ(signed_number(std::nan("")), "–");
  EXPECT_EQ(with_minus("-145.1"), "−145.1");
  EXPECT_EQ(short_percent(0.8), "80%");
  EXPECT_EQ(short_percent(0.361), "36.1%");
  EXPECT_EQ(short_percent(0.9999), ">99.9%");
}

TEST(SvgText, EscapesWhatCouldBeMarkup) {
  EXPECT_EQ(escaped("<b a=\"1\" c='2'>&amp;"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;");
  EXPECT_EQ(escaped("a\x01\x7f\nb"), "a␁␡ b");
  EXPECT_EQ(escaped("bad\xff \u202eturned"), "bad\ufffd \ufffdturned");
}

TEST(SvgText, IsCutToItsRoom) {
  EXPECT_EQ(fitted("Enthusiasm", 200, 13), "Enthusiasm");
  const std::string cut = fitted(std::string(500, 'W'), 100, 13);
  EXPECT_LE(text_width(cut, 13), 100);
  EXPECT_TRUE(cut.starts_with("WWW") && cut.ends_with("…"));
  EXPECT_EQ(fitted("", 10, 13), "");
  EXPECT_EQ(fitted("anything", 0, 13), "…");
  EXPECT_GT(text_width("漢字", 13), text_width("ab", 13));
}

TEST(Scale, MapsAndSurvivesARangeOfNothing) {
  const Scale scale(-1, 3, 100, 300);
  EXPECT_EQ(scale(-1), 100);
  EXPECT_EQ(scale(1), 200);
  EXPECT_EQ(Scale(2, 2, 0, 10)(2), 5);
}

TEST(Scale, TicksAreRound) {
  EXPECT_THAT(tick_labels(round_ticks(-0.2, 1, 6)),
              ElementsAre("−0.2", "0", "0.2", "0.4", "0.6", "0.8", "1"));
  EXPECT_THAT(tick_labels(round_ticks(0, 197, 4)), ElementsAre("0", "50", "100", "150"));
  EXPECT_THAT(tick_labels(round_ticks(3, 3, 4)), ElementsAre("3"));
  EXPECT_FALSE(std::signbit(round_ticks(0, 1, 3).front()));
  EXPECT_EQ(round_ticks(-1e300, 1e300, 5).size(), 5U);
}

TEST(Drawing, IsTheseBytes) {
  Drawing picture("id", 40, 20.25, "Title <1>", "What \"it\" shows");
  PathData path;
  path.move_to(0, 1.25).line_to(2, -3).flow_to(10, 5).close();
  PathData dots;
  dots.dot(1, 2).dot(3.14, 4);
  picture.rect(0, 0, 4, 5, "fill").shaded(1, 2, 3, 4, "more", 0.456).line(0, 0, 1, 1, "axis");
  picture.begin("hint & more", "k1").circle(1, 2, 3, "badge").ellipse(1, 2, 3, 4, -30, "ring");
  picture.end().path(path, "ribbon").path(PathData(), "never").path(dots, "mark");
  picture.text(5, 6, "a<b", "quiet", Anchor::end).text(1, 2, "plain");
  EXPECT_EQ(
      std::move(picture).take(),
      "<svg viewBox=\"0 0 40 20.2\" width=\"40\" height=\"20.2\" role=\"img\" "
      "aria-labelledby=\"id-title id-desc\"><title id=\"id-title\">Title &lt;1&gt;</title>"
      "<desc id=\"id-desc\">What &quot;it&quot; shows</desc>"
      "<rect x=\"0\" y=\"0\" width=\"4\" height=\"5\" class=\"fill\"/>"
      "<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" class=\"more\" fill-opacity=\"0.46\"/>"
      "<line x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\" class=\"axis\"/>"
      "<g class=\"k1\"><title>hint &amp; more</title>"
      "<circle cx=\"1\" cy=\"2\" r=\"3\" class=\"badge\"/>"
      "<ellipse rx=\"3\" ry=\"4\" transform=\"translate(1 2) rotate(-30)\" class=\"ring\"/></g>"
      "<path d=\"M0 1.2L2-3C6 -3 6 5 10 5Z\" class=\"ribbon\"/>"
      "<path d=\"M1 2h0M3.1 4h0\" class=\"mark\"/>"
      "<text x=\"5\" y=\"6\" class=\"quiet\" text-anchor=\"end\">a&lt;b</text>"
      "<text x=\"1\" y=\"2\">plain</text></svg>");
}

Matrix<std::int64_t> shared(std::int64_t rows, std::int64_t cols, std::vector<std::int64_t> of) {
  return {rows, cols, of};
}

TEST(Flow, IsTheseBytes) {
  const std::string picture = flow_picture(shared(1, 2, {3, 1})).take();
  EXPECT_EQ(testing::read_markup(picture).problem, "");
  EXPECT_NE(
      picture.find(
          "<rect x=\"96\" y=\"32\" width=\"12\" height=\"320\" class=\"k0 fill\"/><text x=\"86\" "
          "y=\"196\" text-anchor=\"end\">0 · 4</text><rect x=\"412\" y=\"32\" width=\"12\" "
          "height=\"240\" class=\"ink\"/><text x=\"434\" y=\"156\">0 · 3</text><rect x=\"412\" "
          "y=\"282\" width=\"12\" height=\"80\" class=\"ink\"/><text x=\"434\" y=\"326\">1 · "
          "1</text><g><title>3 rows of segment 0 in group 0</title><path d=\"M108 32C260 32 260 32 "
          "412 32L412 272C260 272 260 272 108 272Z\" class=\"k0 ribbon\"/></g><g><title>1 row of "
          "segment 0 in group 1</title><path d=\"M108 272C260 272 260 282 412 282L412 362C260 362 "
          "260 352 108 352Z\" class=\"k0 ribbon\"/></g></svg>"),
      std::string::npos)
      << picture;
}

TEST(Flow, TheThirteenthBlockAndTheRestAreDrawnTogether) {
  const std::string picture = flow_picture(Matrix<std::int64_t>(40, 1, std::vector(40, 2L))).take();
  EXPECT_NE(picture.find(">11+ · 58</text>"), std::string::npos) << picture;
  EXPECT_EQ(picture.find(">12 · "), std::string::npos);
  EXPECT_EQ(picture.find(">12+ · "), std::string::npos);
}

TEST(Flow, SaysHowGroupsCrossSegments) {
  EXPECT_EQ(crossing_in_words(shared(2, 2, {5, 0, 0, 3})), "They are the K-means segments.");
  EXPECT_EQ(crossing_in_words(shared(2, 3, {5, 2, 0, 0, 0, 3})),
            "They are the K-means segments with one split: every group lies within one segment.");
  EXPECT_EQ(crossing_in_words(shared(3, 2, {5, 0, 2, 0, 0, 3})),
            "They join K-means segments: every segment lies within one group.");
  EXPECT_EQ(crossing_in_words(shared(2, 3, {5, 5, 0, 5, 0, 3})),
            "They are not the K-means segments with one split: one of the three groups has rows of "
            "more than one segment, and 72.2% of the rows are in the segment that most of their "
            "group are in.");
  EXPECT_EQ(crossing_in_words(shared(3, 2, {100, 0, 0, 100, 2, 2})),
            "They are not K-means segments joined: two of the two groups have rows of more than "
            "one segment, and 98.0% of the rows are in the segment that most of their group are "
            "in.");
}

TEST(RowSample, IsAllRowsOrOneOfEachStretch) {
  EXPECT_THAT(row_sample(3, 5), ElementsAre(0, 1, 2));
  EXPECT_THAT(row_sample(0, 5), ElementsAre());
  for (const std::int64_t rows : {1501L, 10'000'000L, 3'000'000'000'000L}) {
    const std::vector<std::int64_t> sample = row_sample(rows, 1500);
    ASSERT_EQ(sample.size(), 1500U);
    for (std::int64_t i = 0; i < 1500; ++i) {
      const auto wide = static_cast<__int128>(rows);
      const std::int64_t row = sample[static_cast<std::size_t>(i)];
      ASSERT_GE(row, wide * i / 1500 - 1) << rows << " " << i;
      ASSERT_LE(row, wide * (i + 1) / 1500) << rows << " " << i;
      ASSERT_LT(row, rows);
      ASSERT_TRUE(i == 0 || row > sample[static_cast<std::size_t>(i - 1)]);
    }
  }
}

Matrix<double> scattered(std::int64_t n) {
  Matrix<double> scores(n, 2);
  for (std::int64_t i = 0; i < n; ++i) {
    scores(i, 0) = static_cast<double>(i * 7919 % 101) - 50;
    scores(i, 1) = static_cast<double>(i * 104729 % 37);
  }
  return scores;
}

TEST(MapPoints, CountEveryRowOnAnyNumberOfThreads) {
  const Matrix<double> scores = scattered(200'003);
  ThreadPool one(1);
  const Bounds bounds = bounds_of(scores, one);
  EXPECT_EQ(bounds.left, -50);
  EXPECT_EQ(bounds.right, 50);
  EXPECT_EQ(bounds.top, 36);
  const Matrix<std::int64_t> counts = density_of(scores, bounds, 7, 5, one);
  std::int64_t all = 0;
  for (std::int64_t r = 0; r < 5; ++r)
    for (const std::int64_t count : counts.row(r)) all += count;
  EXPECT_EQ(all, 200'003);
  for (const int threads : {2, 5}) {
    ThreadPool pool(threads);
    const Bounds same = bounds_of(scores, pool);
    EXPECT_EQ(same.bottom, bounds.bottom);
    const Matrix<std::int64_t> again = density_of(scores, same, 7, 5, pool);
    EXPECT_TRUE(std::equal(counts.data(), counts.data() + 35, again.data()));
  }
}

TEST(MapPoints, ADensityOfOnePlaceIsOneCell) {
  ThreadPool pool(2);
  const Matrix<double> scores(5, 2);
  const Matrix<std::int64_t> counts = density_of(scores, bounds_of(scores, pool), 3, 3, pool);
  EXPECT_EQ(counts(1, 1), 5);
}

TEST(MapPoints, CloudsHaveTheAxesOfTheirRows) {
  const Matrix<double> scores(4, 2, {-2, -2, 2, 2, 1, -1, -1, 1});
  const std::vector<std::int64_t> rows = {0, 1, 2, 3};
  const std::vector<std::int32_t> labels = {0, 0, 0, 0};
  const Cloud cloud = clouds_of(scores, rows, labels, 2).front();
  EXPECT_EQ(cloud.rows, 4);
  EXPECT_EQ(cloud.x, 0);
  EXPECT_NEAR(cloud.degrees, 45, 1e-9);
  EXPECT_NEAR(cloud.major, 2, 1e-12);
  EXPECT_NEAR(cloud.minor, 1, 1e-12);
  EXPECT_EQ(clouds_of(scores, rows, labels, 2)[1].rows, 0);
}

}  // namespace
}  // namespace cohort::report
