#include "host/survey/numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>

namespace cohort {

namespace {

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  const std::size_t from = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at - from;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return text;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

NumberFault parse_with_point(std::string_view text, double& value) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::invalid_argument || stop != end) return NumberFault::not_a_number;
  if (error == std::errc::result_out_of_range) {
    // Too large or too small: from_chars does not say which.
    const std::string_view magnitude = without_sign(text);
    const std::size_t exponent = magnitude.find_first_of("eE");
    const bool small = exponent == std::string_view::npos
                           ? magnitude.front() == '0' || magnitude.front() == '.'
                           : magnitude[exponent + 1] == '-';
    if (!small) return NumberFault::beyond_float;
    value = 0;
  }
  if (!std::isfinite(value)) return NumberFault::not_finite;
  if (std::abs(value) > std::numeric_limits<float>::max()) return NumberFault::beyond_float;
  return NumberFault::none;
}

}  // namespace

bool looks_like_number(std::string_view text, char decimal) {
  text = without_sign(text);
  if (text.empty()) return false;
  std::size_t at = digits_at(text, 0);
  std::size_t digits = at;
  if (at < text.size() && text[at] == decimal) {
    ++at;
    const std::size_t behind = digits_at(text, at);
    digits += behind;
    at += behind;
  }
  if (digits == 0) {
    return equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity") ||
           equals_ignoring_case(text, "nan");
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits_at(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

NumberFault parse_number(std::string_view text, char decimal, double& value) {
  if (decimal == '.') return parse_with_point(text, value);
  if (text.find('.') != std::string_view::npos) return NumberFault::not_a_number;
  std::array<char, 64> buffer;
  if (text.size() <= buffer.size()) {
    std::replace_copy(text.begin(), text.end(), buffer.begin(), decimal, '.');
    return parse_with_point({buffer.data(), text.size()}, value);
  }
  std::string with_point(text);
  std::replace(with_point.begin(), with_point.end(), decimal, '.');
  return parse_with_point(with_point, value);
}

bool exceeds_double_digits(std::string_view text) {
  constexpr std::size_t kDigits = std::numeric_limits<double>::digits10;
  text = without_sign(text);
  return text.size() > kDigits && all_digits(text);
}

bool has_leading_zeros(std::string_view text) {
  return text.size() > 1 && text[0] == '0' && all_digits(text);
}

}  // namespace cohort
