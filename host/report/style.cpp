#include "host/report/style.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "host/report/text.hpp"

namespace cohort::report {
namespace {

constexpr int kNarrowest = 60, kWidest = 200;

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::strong:
      return "\x1b[1m";
    case Tone::dim:
      return "\x1b[2m";
    case Tone::accent:
      return "\x1b[36m";
  }
  return "";
}

}  // namespace

Page::Page(const TerminalStyle& style)
    : color_(style.color), width_(std::clamp(style.width, kNarrowest, kWidest)) {}

std::string Page::painted(Tone tone, std::string_view text) const {
  if (!color_ || tone == Tone::plain || text.empty()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", escape_of(tone), text);
}

void Page::heading(std::string_view title, std::string_view aside) {
  if (!text_.empty()) line("");
  const std::string name = truncated(title, width_);
  if (aside.empty()) return line(painted(Tone::strong, name));
  if (display_width(name) + 2 + display_width(aside) <= width_) {
    return line(painted(Tone::strong, name) + "  " + painted(Tone::dim, aside));
  }
  line(painted(Tone::strong, name));
  paragraph("  ", aside, Tone::dim);
}

void Page::line(std::string_view text) {
  text_ += text.substr(0, text.find_last_not_of(' ') + 1);
  text_ += '\n';
}

void Page::paragraph(std::string_view lead, std::string_view text, Tone tone, Tone lead_tone) {
  const int indent = display_width(lead);
  std::string before = painted(lead_tone, lead);
  for (const std::string& part : wrapped(text, width_ - indent)) {
    line(before + painted(tone, part));
    before = std::string(static_cast<std::size_t>(indent), ' ');
  }
}

}  // namespace cohort::report
