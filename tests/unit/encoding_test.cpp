#include "host/survey/encoding.hpp"

#include <gtest/gtest.h>

#include "cohort/error.hpp"

namespace cohort {
namespace {

using namespace std::string_literals;

struct Decoded {
  std::string text;
  Notices notices;
};

Decoded decoded(const std::string& bytes) {
  ThreadPool pool(2);
  Decoded outcome;
  outcome.text = decode(bytes, "survey.csv", pool, outcome.notices).text();
  return outcome;
}

std::string decoding_fault(const std::string& bytes) {
  try {
    (void)decoded(bytes);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(Decode, LeavesUtf8AsItIs) {
  for (const std::string& text : {"a,b\n1,2\n"s, "n\xC3\xA4me\n"s, "\xE2\x82\xAC,\xF0\x9F\x98\x80"s,
                                  "\xF4\x8F\xBF\xBF \xED\x9F\xBF \xEE\x80\x80"s}) {
    const Decoded outcome = decoded(text);
    EXPECT_EQ(outcome.text, text);
    EXPECT_TRUE(outcome.notices.empty());
    EXPECT_EQ(decoded("\xEF\xBB\xBF" + text).text, text);
  }
}

TEST(Decode, ReadsUtf16OfBothOrders) {
  const std::string little = "\xFF\xFE"s + "a\0\xE4\0\xAC\x20\x3D\xD8\x00\xDE\n\0"s;
  const std::string big = "\xFE\xFF"s + "\0a\0\xE4\x20\xAC\xD8\x3D\xDE\x00\0\n"s;
  const std::string expected = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\n";
  EXPECT_EQ(decoded(little).text, expected);
  EXPECT_EQ(decoded(big).text, expected);
  ASSERT_EQ(decoded(big).notices.size(), 1U);
  EXPECT_EQ(decoded(big).notices[0].topic, "encoding");
}

TEST(Decode, RefusesDamagedUtf16) {
  EXPECT_NE(decoding_fault("\xFF\xFE"s + "a\0b"s).find("half a character at byte offset 4"),
            std::string::npos);
  EXPECT_NE(decoding_fault("\xFF\xFE"s + "a\0\x3D\xD8z\0"s).find("surrogate pair at byte offset 4"),
            std::string::npos);
  EXPECT_NE(decoding_fault("\xFF\xFE"s + "\x00\xDE"s).find("surrogate pair at byte offset 2"),
            std::string::npos);
  EXPECT_NE(decoding_fault("\xFF\xFE"s + "a\0\0\0b\0"s).find("NUL character at byte offset 4"),
            std::string::npos);
  EXPECT_NE(decoding_fault("\xFF\xFE\0\0a\0\0\0"s).find("UTF-32"), std::string::npos);
}

TEST(Decode, TakesOtherBytesForWindows1252AndSaysSo) {
  const Decoded outcome = decoded("a\nk\xF6nnen \x80 \x93x\x94\n");
  EXPECT_EQ(outcome.text, "a\nk\xC3\xB6nnen \xE2\x82\xAC \xE2\x80\x9Cx\xE2\x80\x9D\n");
  ASSERT_EQ(outcome.notices.size(), 1U);
  EXPECT_NE(outcome.notices[0].text.find("line 2, byte offset 3"), std::string::npos);
  EXPECT_EQ(decoding_fault("a\n\x81").find("survey.csv:2: byte 0x81 at offset 2 is neither"), 0U);
}

TEST(Decode, RefusesMixturesOfEncodings) {
  EXPECT_EQ(decoding_fault("\xC3\xA4\n\nx\xE4y\n").find("survey.csv:3: byte 0xE4 at offset 5"), 0U);
  // An overlong sequence, a surrogate, a number past the last, each beside good UTF-8.
  for (const std::string& bad : {"\xC0\xAF"s, "\xED\xA0\x80"s, "\xF4\x90\x80\x80"s, "\xE2\x82"s}) {
    EXPECT_EQ(decoding_fault("\xC3\xA4" + bad).find("survey.csv:1: byte 0x"), 0U);
    EXPECT_NE(decoding_fault("\xC3\xA4" + bad).find("at offset 2"), std::string::npos);
    EXPECT_NE(decoding_fault("\xEF\xBB\xBF" + bad).find("at offset 3"), std::string::npos);
  }
}

TEST(Decode, RefusesBinaryFiles) {
  EXPECT_EQ(decoding_fault("a,b\n1,\0\n"s).find("survey.csv:2: a NUL byte at offset 6"), 0U);
  std::string large((3 << 20) + 17, 'x');
  large[0] = '\n';
  large.back() = '\0';
  EXPECT_EQ(decoding_fault(large).find("survey.csv:2: a NUL byte at offset 3145744"), 0U);
  EXPECT_NE(decoding_fault("PK\x03\x04rest").find("Excel"), std::string::npos);
}

}  // namespace
}  // namespace cohort
