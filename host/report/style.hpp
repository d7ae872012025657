#pragma once
/// The few tones a report speaks in, and the page it is written on.

#include <string>
#include <string_view>
#include <utility>

#include "cohort/report.hpp"

namespace cohort::report {

enum class Tone { plain, strong, dim, accent };

/// Lines of text no wider than the terminal, without trailing blanks. What is written must be
/// printable.
class Page {
 public:
  /// The width is held between 60 and 200 cells.
  explicit Page(const TerminalStyle& style);

  [[nodiscard]] int width() const { return width_; }

  /// The text in a tone; as it is where colours are off.
  [[nodiscard]] std::string painted(Tone tone, std::string_view text) const;

  /// A heading after a blank line, with a dim aside behind it or, where that does not fit, below.
  void heading(std::string_view title, std::string_view aside = {});

  /// A line whose caller has seen to its width.
  void line(std::string_view text);

  /// Wrapped text behind a lead; the lines after the first hang under its beginning.
  void paragraph(std::string_view lead, std::string_view text, Tone tone = Tone::plain,
                 Tone lead_tone = Tone::plain);

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  bool color_;
  int width_;
  std::string text_;
};

}  // namespace cohort::report
