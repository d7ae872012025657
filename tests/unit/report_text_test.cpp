#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "cohort/wording.hpp"

#include "host/report/text.hpp"
#include "host/report/unicode.hpp"

namespace cohort::report {
namespace {

using namespace std::string_literals;

TEST(DisplayWidth, CountsTerminalCells) {
  EXPECT_EQ(display_width(""), 0);
  EXPECT_EQ(display_width("plain"), 5);
  EXPECT_EQ(display_width("\u00e9"), 1);         // composed
  EXPECT_EQ(display_width("e\u0301"), 1);        // combining
  EXPECT_EQ(display_width("o\u0323\u0302"), 1);  // two marks
  EXPECT_EQ(display_width("日本"), 4);
  EXPECT_EQ(display_width("ｗｉｄｅ"), 8);
  EXPECT_EQ(display_width("한국"), 4);
  EXPECT_EQ(display_width("😀"), 2);
  EXPECT_EQ(display_width("\U0001F468\u200D\U0001F469"), 4);  // joined: never counted too small
  EXPECT_EQ(display_width("\u200bx\ufeff"), 1);
  EXPECT_EQ(display_width("Łódź – ½"), 8);
  EXPECT_EQ(display_width("\xff\xfe"), 2);
}

TEST(FirstCodePoint, RefusesWhatIsNotUtf8) {
  for (const std::string& bad : {"\x80"s, "\xc0\xaf"s, "\xe0\x80\x80"s, "\xed\xa0\x80"s,
                                 "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s, "\xe2\x82"s, "\xc3("s}) {
    EXPECT_EQ(first_code_point(bad).value, kReplacement) << ::testing::PrintToString(bad);
    EXPECT_EQ(first_code_point(bad).bytes, 1U);
  }
  EXPECT_EQ(first_code_point("\xf4\x8f\xbf\xbf").value, char32_t{0x10FFFF});
  EXPECT_EQ(first_code_point("\xee\x80\x80").value, char32_t{0xE000});
}

TEST(AppendUtf8, IsTheInverseOfReading) {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    ASSERT_EQ(first_code_point(text).value, c);
    ASSERT_EQ(first_code_point(text).bytes, text.size());
  }
}

TEST(Printable, LetsNoControlCharacterThrough) {
  EXPECT_EQ(printable("a\r\nb\tc"), "a  b c");
  EXPECT_EQ(printable("\x1b[31mred\x07"), "␛[31mred␇");
  EXPECT_EQ(printable("a\0b\x7f"s + "c"), "a␀b␡c");
  EXPECT_EQ(printable("\u009b31m"), "\ufffd31m");  // a control sequence in one character
  EXPECT_EQ(printable("\u202eevil\u2069"), "\ufffdevil\ufffd");
  EXPECT_EQ(printable("one\u2028two\u0085three"), "one two three");
  EXPECT_EQ(printable("ok\xff!"), "ok\ufffd!");
  EXPECT_EQ(printable("Zürich 日本 😀"), "Zürich 日本 😀");
  std::string every;
  for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
  for (const char c : printable(every)) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
}

TEST(Truncated, EndsInAnEllipsisWithinTheWidth) {
  EXPECT_EQ(truncated("exactly", 7), "exactly");
  EXPECT_EQ(truncated("exactly", 6), "exact…");
  EXPECT_EQ(truncated("two words", 5), "two…");
  EXPECT_EQ(truncated("日本語", 5), "日本…");
  EXPECT_EQ(truncated("日本語", 4), "日…");
  EXPECT_EQ(truncated("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  EXPECT_EQ(truncated("abc", 1), "…");
}

TEST(Padded, FillsCellsNotBytes) {
  EXPECT_EQ(padded("é", 3), "é  ");
  EXPECT_EQ(padded_left("日", 3), " 日");
  EXPECT_EQ(padded("long", 2), "long");
}

TEST(Wrapped, BreaksAtBlanksAndInsideWordsThatAreTooLong) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrapped("", 5), Lines{""});
  EXPECT_EQ(wrapped("   ", 5), Lines{""});
  EXPECT_EQ(wrapped("aa bb cc", 5), (Lines{"aa bb", "cc"}));
  EXPECT_EQ(wrapped("aa  bb", 9), Lines{"aa bb"});
  EXPECT_EQ(wrapped("abcdefgh ij", 3), (Lines{"abc", "def", "gh", "ij"}));
  EXPECT_EQ(wrapped("x abcdefg y", 4), (Lines{"x", "abcd", "efg", "y"}));
  EXPECT_EQ(wrapped("日本語日本語", 5), (Lines{"日本", "語日", "本語"}));
  EXPECT_EQ(wrapped("abcd efgh", 4), (Lines{"abcd", "efgh"}));
}

TEST(Bar, IsProportionalInEighths) {
  EXPECT_EQ(bar(0, 4), "");
  EXPECT_EQ(bar(std::nan(""), 4), "");
  EXPECT_EQ(bar(1e-9, 4), "▏");
  EXPECT_EQ(bar(0.5, 4), "██");
  EXPECT_EQ(bar(0.53125, 4), "██▏");
  EXPECT_EQ(bar(1, 4), "████");
  EXPECT_EQ(bar(7, 4), "████");
}

TEST(Listed, CountsWhatItLeavesOutButNeverASingleOne) {
  EXPECT_EQ(listed({}, 2), "");
  EXPECT_EQ(listed({"a", "b", "c"}, 2), "a, b, c");
  EXPECT_EQ(listed({"a", "b", "c", "d"}, 2), "a, b and 2 more");
}

TEST(Numbers, Thousands) {
  EXPECT_EQ(thousands(0), "0");
  EXPECT_EQ(thousands(999), "999");
  EXPECT_EQ(thousands(1000), "1,000");
  EXPECT_EQ(thousands(-1234567), "-1,234,567");
  EXPECT_EQ(thousands(-123), "-123");
  EXPECT_EQ(thousands(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(Numbers, Counted) {
  EXPECT_EQ(counted(0, "row"), "0 rows");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(2000, "row"), "2,000 rows");
  EXPECT_EQ(counted(2, "entry", "entries"), "2 entries");
}

TEST(Numbers, ShortNumber) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(-0.0), "0");
  EXPECT_EQ(short_number(4), "4");
  EXPECT_EQ(short_number(192.336419, 5), "192.34");
  EXPECT_EQ(short_number(999.96), "1,000");
  EXPECT_EQ(short_number(1234567.8), "1,234,568");
  EXPECT_EQ(short_number(-0.41264), "-0.4126");
  EXPECT_EQ(short_number(0.1), "0.1");
  EXPECT_EQ(short_number(1.2346e-7), "1.235e-07");
  EXPECT_EQ(short_number(1e300), "1e+300");
  EXPECT_EQ(short_number(std::nan("")), "–");
  EXPECT_EQ(short_number(std::numeric_limits<double>::infinity()), "inf");
}

TEST(Numbers, PercentNeverRoundsOntoNothingOrEverything) {
  EXPECT_EQ(percent(0), "0.0%");
  EXPECT_EQ(percent(1e-6), "<0.1%");
  EXPECT_EQ(percent(0.0005), "0.1%");
  EXPECT_EQ(percent(26.0 / 72), "36.1%");
  EXPECT_EQ(percent(0.99999), ">99.9%");
  EXPECT_EQ(percent(1), "100.0%");
}

TEST(Numbers, Duration) {
  EXPECT_EQ(duration(0), "0 ms");
  EXPECT_EQ(duration(0.00085), "0.85 ms");
  EXPECT_EQ(duration(0.01234), "12.3 ms");
  EXPECT_EQ(duration(0.99999), "1 s");
  EXPECT_EQ(duration(12.34), "12.3 s");
  EXPECT_EQ(duration(99.96), "1 min 40 s");
  EXPECT_EQ(duration(125), "2 min 05 s");
  EXPECT_EQ(duration(3599.7), "1 h 00 min");
  EXPECT_EQ(duration(3 * 3600 + 125), "3 h 02 min");
}

}  // namespace
}  // namespace cohort::report
