#include "host/survey/plain_number.hpp"

#include <charconv>
#include <cstdint>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cohort {
namespace {

// The text with something in front of it and something behind, as in a file.
template <class Read>
std::optional<PlainNumber> within_a_line(const std::string& text, Read read, char decimal = '.') {
  const std::string line = fmt::format("9999999999999999,8{}7.7", text);
  return read(line.data() + line.size() - 3, text.size(), decimal);
}

double from_chars(std::string text) {
  if (text.front() == '+') text = text.substr(1);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string digits(std::mt19937_64& random, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('0' + random() % 10);
  return text;
}

template <class Read>
void expect_same_bits(const std::string& text, Read read) {
  const auto number = within_a_line(text, read);
  ASSERT_TRUE(number.has_value()) << text;
  EXPECT_EQ(std::bit_cast<std::uint64_t>(number->value),
            std::bit_cast<std::uint64_t>(from_chars(text)))
      << text;
  EXPECT_EQ(number->has_point, text.find('.') != std::string::npos) << text;
}

TEST(PlainNumber, HasTheBitsOfFromChars) {
  std::mt19937_64 random(1);
  for (std::size_t before = 0; before <= 15; ++before) {
    for (std::size_t behind = 0; before + behind <= 15; ++behind) {
      for (const char* sign : {"", "-", "+"}) {
        const std::string whole = fmt::format("{}{}", sign, digits(random, before));
        if (behind > 0) expect_same_bits(whole + "." + digits(random, behind), plain_number);
        if (before > 0) expect_same_bits(whole, plain_number);
        if (before > 0 && whole.size() < 16) expect_same_bits(whole + ".", plain_number);
      }
    }
  }
  for (const char* text : {"0", "-0", "-0.0", "0.00000000000001", "999999999999999"}) {
    expect_same_bits(text, plain_number);
  }
}

TEST(PlainNumber, LeavesOtherTextsAlone) {
  for (const char* text :
       {"", "-", "+", ".", "-.", "1.2.3", "--1", "1-", "1e5", "nan", " 1", "1 ", "1,5", "/1", ":1",
        "1234567890123456", "12345678901234567", "1.234567890123456"}) {
    EXPECT_FALSE(within_a_line(text, plain_number).has_value()) << text;
  }
  EXPECT_EQ(within_a_line("1,5", plain_number, ',')->value, 1.5);
  EXPECT_FALSE(within_a_line("1.5", plain_number, ',').has_value());
}

TEST(LongDecimal, HasTheBitsOfFromChars) {
  std::mt19937_64 random(2);
  int left = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::size_t before = random() % 6;
    const std::size_t behind = 16 - std::min<std::size_t>(before, 2) + random() % 3;
    const std::string text = fmt::format("{}{}.{}", i % 2 == 0 ? "-" : "", digits(random, before),
                                         digits(random, std::min(behind, 19 - before)));
    if (!within_a_line(text, long_decimal)) {
      ++left;
      continue;
    }
    expect_same_bits(text, long_decimal);
  }
  EXPECT_LT(left, 400) << "all but one in 2048 and the shortest are read";
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = fmt::format("{:.17f}", uniform(random));
    if (within_a_line(text, long_decimal)) expect_same_bits(text, long_decimal);
  }
}

// Between 2^49 and 2^50 doubles are an eighth apart: odd sixteenths lie halfway.
TEST(LongDecimal, DoesNotRoundHalvesTwice) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t whole = (std::uint64_t{1} << 49) + random() % 400'000'000'000'000;
    for (const char* half : {"0625", "1875", "3125", "9375"}) {
      EXPECT_FALSE(within_a_line(fmt::format("{}.{}", whole, half), long_decimal).has_value());
    }
    for (const char* near : {"0624", "0626", "1874", "1876", "3124", "3126", "9374", "9376"}) {
      expect_same_bits(fmt::format("{}.{}", whole, near), long_decimal);
    }
  }
}

TEST(LongDecimal, LeavesOtherTextsAlone) {
  for (const char* text :
       {"12345678901234567", "0.12345678901234567x", "0.1234567890.1234567", "1e5.123456789012345",
        "0.123456789012345678901", "- .12345678901234567", "12.34567890123456e10"}) {
    EXPECT_FALSE(within_a_line(text, long_decimal).has_value()) << text;
  }
}

}  // namespace
}  // namespace cohort
