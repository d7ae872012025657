#include "host/report/text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/unicode.hpp"

namespace cohort::report {
namespace {

bool is_blank(char32_t c) {
  return (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/// Characters that would turn the direction of the rest of the line.
bool is_direction_override(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

char32_t shown_as(char32_t c) {
  constexpr char32_t pictures = 0x2400, picture_of_delete = 0x2421;
  if (is_blank(c)) return ' ';
  if (c < 0x20) return pictures + c;
  if (c == 0x7F) return picture_of_delete;
  if ((c >= 0x80 && c < 0xA0) || is_direction_override(c)) return kReplacement;
  return c;
}

/// Bytes of the longest beginning of `text` that fits `width` cells, combining characters included.
std::size_t fitting_bytes(std::string_view text, int width) {
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint next = first_code_point(text.substr(at));
    width -= width_of(next.value);
    if (width < 0) break;
    at += next.bytes;
  }
  return at;
}

std::string blanks(int count) {
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

}  // namespace

std::string printable(std::string_view data) {
  std::string text;
  text.reserve(data.size());
  while (!data.empty()) {
    const CodePoint next = first_code_point(data);
    data.remove_prefix(next.bytes);
    append_utf8(text, shown_as(next.value));
  }
  return text;
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    text.remove_prefix(next.bytes);
    width += width_of(next.value);
  }
  return width;
}

std::string truncated(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  std::string_view kept = text.substr(0, fitting_bytes(text, width - 1));
  while (!kept.empty() && kept.back() == ' ') kept.remove_suffix(1);
  return std::string(kept) + "…";
}

std::string padded(std::string_view text, int width) {
  return std::string(text) + blanks(width - display_width(text));
}

std::string padded_left(std::string_view text, int width) {
  return blanks(width - display_width(text)) + std::string(text);
}

std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::string line;
  int used = 0;
  const auto end_line = [&] {
    lines.push_back(std::move(line));
    line.clear();
    used = 0;
  };
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    if (word.empty()) continue;
    const int needed = display_width(word);
    if (used > 0 && used + 1 + needed <= width) {
      line += ' ';
      ++used;
    } else if (used > 0) {
      end_line();
    }
    while (display_width(word) > width) {
      const std::size_t head = fitting_bytes(word, width);
      line = word.substr(0, head);
      word.remove_prefix(head);
      end_line();
    }
    line += word;
    used += display_width(word);
  }
  if (used > 0 || lines.empty()) end_line();
  return lines;
}

std::string bar(double fraction, int width) {
  constexpr std::string_view eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (!(fraction > 0)) return "";
  const auto steps =
      std::max(1, static_cast<int>(std::lround(std::min(fraction, 1.0) * width * 8)));
  std::string text;
  for (int i = 0; i < steps / 8; ++i) text += "█";
  return text.append(eighths[steps % 8]);
}

std::string listed(const std::vector<std::string>& items, std::size_t limit) {
  const std::size_t shown = items.size() <= limit + 1 ? items.size() : limit;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += ", ";
    text += items[i];
  }
  if (shown < items.size()) {
    text += fmt::format(" and {} more", thousands(static_cast<std::int64_t>(items.size() - shown)));
  }
  return text;
}

}  // namespace cohort::report
