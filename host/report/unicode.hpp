#pragma once
/// Code points of UTF-8 text and the terminal cells they take.

#include <cstddef>
#include <string>
#include <string_view>

namespace cohort::report {

inline constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};

/// Of text that is not empty. A byte that begins no valid sequence is one kReplacement.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

void append_utf8(std::string& text, char32_t c);

/// 0 for combining and invisible characters, 2 for East Asian wide ones and emoji, else 1.
[[nodiscard]] int width_of(char32_t c);

}  // namespace cohort::report
