#include "host/report/svg/text.hpp"

#include <cmath>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/text.hpp"
#include "host/report/unicode.hpp"

namespace cohort::report {
namespace {

/// Of the font's size.
double advance_of(char32_t c) {
  constexpr std::string_view narrow = " !'(),-./:;I[]`fijlrt|";
  constexpr std::string_view wide = "@MWmw%";
  if (c >= 0x80) return 0.62 * width_of(c);
  const char ascii = static_cast<char>(c);
  if (narrow.find(ascii) != std::string_view::npos) return 0.36;
  if (wide.find(ascii) != std::string_view::npos) return 0.95;
  return ascii >= 'A' && ascii <= 'Z' ? 0.72 : 0.58;
}

}  // namespace

std::string escaped(std::string_view data) {
  std::string text;
  for (const char c : printable(data)) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      case '\'':
        text += "&#39;";
        break;
      default:
        text += c;
    }
  }
  return text;
}

std::string decimal(double value, int decimals) {
  if (!std::isfinite(value)) return "0";
  std::string digits = fmt::format("{:.{}f}", value, decimals);
  if (decimals > 0) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  return digits == "-0" ? "0" : digits;
}

std::string signed_number(double value) {
  if (!std::isfinite(value)) return "–";
  const std::string digits = fmt::format("{:.2f}", std::abs(value));
  if (digits == "0.00") return digits;
  return (value < 0 ? "−" : "+") + digits;
}

std::string with_minus(std::string number) {
  if (number.starts_with('-')) number.replace(0, 1, "−");
  return number;
}

std::string short_percent(double share) {
  std::string text = percent(share);
  if (text.ends_with(".0%")) text.replace(text.size() - 3, 3, "%");
  return text;
}

double text_width(std::string_view text, double font_size) {
  double width = 0;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    text.remove_prefix(next.bytes);
    width += advance_of(next.value);
  }
  return width * font_size;
}

std::string fitted(std::string_view data, double width, double font_size) {
  const std::string text = printable(data);
  if (text_width(text, font_size) <= width) return text;
  double left = width - text_width("…", font_size);
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint next = first_code_point(std::string_view(text).substr(at));
    left -= advance_of(next.value) * font_size;
    if (left < 0) break;
    at += next.bytes;
  }
  while (at > 0 && text[at - 1] == ' ') --at;
  return text.substr(0, at) + "…";
}

}  // namespace cohort::report
