#pragma once
/// Rows of cells as text.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/compile.h>
#include <fmt/format.h>

namespace cohort::report {

/// Comma-separated text as RFC 4180 quotes it, with plain line feeds.
class CsvText {
 public:
  CsvText& cell(std::string_view text) {
    separate();
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
      text_ += text;
      return *this;
    }
    text_ += '"';
    for (const char c : text) {
      if (c == '"') text_ += '"';
      text_ += c;
    }
    text_ += '"';
    return *this;
  }
  CsvText& cell(std::int64_t value) {
    separate();
    const fmt::format_int digits(value);
    text_.append(digits.data(), digits.size());
    return *this;
  }
  /// The shortest text that reads back as the same number; nothing for a NaN.
  CsvText& cell(double value) {
    separate();
    if (std::isnan(value)) return *this;
    constexpr std::size_t kLongest = 32;  // seventeen digits, their sign, point and exponent
    std::array<char, kLongest> digits;
    const char* const end = fmt::format_to(digits.data(), FMT_COMPILE("{}"), value);
    text_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    return *this;
  }
  CsvText& no_cell() {
    separate();
    return *this;
  }
  void end_row() {
    text_ += '\n';
    at_row_start_ = true;
  }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::string take() { return std::move(text_); }
  /// Keeps the memory.
  void clear() { text_.clear(); }

 private:
  void separate() {
    if (!at_row_start_) text_ += ',';
    at_row_start_ = false;
  }

  std::string text_;
  bool at_row_start_ = true;
};

}  // namespace cohort::report
