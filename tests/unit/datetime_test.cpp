#include "host/survey/datetime.hpp"

#include <gtest/gtest.h>

#include "cohort/error.hpp"

namespace cohort {
namespace {

constexpr double kDay = 86400;
constexpr double kOctober29 = 1540771200;  // 2018-10-29 00:00:00

std::optional<double> parsed(const char* format, const char* text) {
  return DateTimeFormat(format).parse(text);
}

TEST(DateTimeFormat, ReadsItsLetters) {
  EXPECT_EQ(parsed("%d/%m/%Y %H:%M:%S", "29/10/2018 16:05:09"), kOctober29 + 57909);
  EXPECT_EQ(parsed("%F %T", "2018-10-29 16:05:09"), kOctober29 + 57909);
  EXPECT_EQ(parsed("%D %R", "10/29/18 16:05"), kOctober29 + 57900);
  EXPECT_EQ(parsed("%m/%d/%Y", "1/2/1970"), kDay);
  EXPECT_EQ(parsed("%e %b %Y", "29 Oct 2018"), kOctober29);
  EXPECT_EQ(parsed("%d %B %Y", "29 october 2018"), kOctober29);
  EXPECT_EQ(parsed("%b %d, %Y", "May 1, 2018"), 1525132800);
  EXPECT_EQ(parsed("%Y-%m-%d %H:%M:%S.%f", "1970-01-01 00:00:01.25"), 1.25);
  EXPECT_EQ(parsed("%Y-%m-%d %H:%M %z", "1970-01-01 01:00 +02:00"), 3600);
  EXPECT_EQ(parsed("%Y/%m/%d %I:%M:%S %p %z", "1970/01/01 4:05:09 PM GMT+2"), 57909);
  EXPECT_EQ(parsed("%F %z", "1970-01-01 GMT+5:30"), 0);
  EXPECT_FALSE(parsed("%F %z", "1970-01-01 EST"));
  EXPECT_EQ(parsed("%Y%m%d%%", "19700102%"), kDay);
  EXPECT_EQ(parsed("%Y-%m-%d", "1969-12-31"), -kDay);
  EXPECT_EQ(parsed("%Y-%m-%d", "0001-01-01"), -62135596800);
}

TEST(DateTimeFormat, KnowsTwelveHourClocks) {
  EXPECT_EQ(parsed("%F %I:%M %p", "1970-01-01 12:00 AM"), 0);
  EXPECT_EQ(parsed("%F %I:%M %p", "1970-01-01 12:30 pm"), 45000);
  EXPECT_EQ(parsed("%F %I:%M%p", "1970-01-01 1:00p.m."), 46800);
  EXPECT_EQ(parsed("%F %I:%M %p", "1970-01-01 13:00 PM"), std::nullopt);
  EXPECT_EQ(parsed("%F %I:%M %p", "1970-01-01 0:00 AM"), std::nullopt);
}

TEST(DateTimeFormat, PutsTwoDigitYearsWherePosixDoes) {
  EXPECT_EQ(parsed("%d/%m/%y", "01/01/69"), -365 * kDay);
  EXPECT_EQ(parsed("%d/%m/%y", "01/01/68"), 3092601600);
  EXPECT_EQ(parsed("%d/%m/%y", "01/01/2018"), std::nullopt);
  EXPECT_EQ(parsed("%d/%m/%Y", "01/01/18"), std::nullopt);
}

TEST(DateTimeFormat, RefusesWhatIsNotOnTheCalendar) {
  EXPECT_TRUE(parsed("%F", "2016-02-29"));
  for (const char* text : {"2018-02-29", "1900-02-29", "2018-13-01", "2018-00-10", "2018-04-31",
                           "2018-1-", "2018-01-01x", "", "x", "2018-01-01 "}) {
    EXPECT_FALSE(parsed("%F", text)) << text;
  }
  EXPECT_FALSE(parsed("%F %T", "2018-01-01 24:00:00"));
  EXPECT_FALSE(parsed("%F %T", "2018-01-01 23:60:00"));
  EXPECT_FALSE(parsed("%F %T", "2018-01-01 23:59:61"));
}

TEST(DateTimeFormat, RefusesFormatsItDoesNotKnow) {
  EXPECT_THROW(DateTimeFormat("%Y-%m-%Q"), UsageError);
  EXPECT_THROW(DateTimeFormat("%Y-%m-%d %"), UsageError);
  EXPECT_THROW(DateTimeFormat("%H:%M"), UsageError);
  EXPECT_THROW(DateTimeFormat("%Y-%m"), UsageError);
  EXPECT_THROW(DateTimeFormat("%F %I:%M"), UsageError);
  EXPECT_THROW(DateTimeFormat(""), UsageError);
}

TEST(Iso8601, ReadsItsForms) {
  for (const char* text :
       {"2018-10-29T16:05:09", "2018-10-29 16:05:09", "2018-10-29T16:05:09Z",
        "2018-10-29T16:05:09.000", "2018-10-29 16:05:09,0", "2018-10-29T16:05:09+02:00",
        "2018-10-29T16:05:09-0330", "2018-10-29 16:05:09 +02"}) {
    EXPECT_EQ(parsed("ISO8601", text), kOctober29 + 57909) << text;
  }
  EXPECT_EQ(parsed("ISO8601", "2018-10-29"), kOctober29);
  EXPECT_EQ(parsed("ISO8601", "2018-10-29T16:05"), kOctober29 + 57900);
  for (const char* text :
       {"2018-10-29T", "2018-10-29T16", "2018-10-29T16:05:", "2018-10-29T16:05+2", "2018-1-1",
        "18-10-29", "2018-10-29X16:05", "2018-10-29T16:05:09."}) {
    EXPECT_FALSE(parsed("ISO8601", text)) << text;
  }
}

TEST(DateTimeCandidates, HaveTwinsThatDifferInTheOrderOfDayAndMonth) {
  const auto& candidates = datetime_candidates();
  ASSERT_LE(candidates.size(), 64U);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].twin < 0) continue;
    const auto& twin = candidates[static_cast<std::size_t>(candidates[i].twin)];
    EXPECT_EQ(twin.twin, static_cast<int>(i));
    EXPECT_NE(twin.format.text(), candidates[i].format.text());
  }
}

}  // namespace
}  // namespace cohort
