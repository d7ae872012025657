#pragma once
/// Text in terminal cells. Everything but `printable` expects printable UTF-8.

#include <string>
#include <string_view>
#include <vector>

namespace cohort::report {

/// Data made safe to show: valid UTF-8 on one line. Line ends and tabs become spaces, other control
/// characters their visible pictures, invalid bytes and direction overrides U+FFFD.
[[nodiscard]] std::string printable(std::string_view data);

[[nodiscard]] int display_width(std::string_view text);

/// At most `width` cells, ending in an ellipsis where something was cut.
[[nodiscard]] std::string truncated(std::string_view text, int width);

/// Blanks up to `width` cells after the text, or before it.
[[nodiscard]] std::string padded(std::string_view text, int width);
[[nodiscard]] std::string padded_left(std::string_view text, int width);

/// Lines of at most `width` (>= 2) cells, broken at blanks; a word that is longer is broken inside.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, int width);

/// A horizontal bar in eighths of a cell; at least a sliver for anything above zero.
/// \param fraction  in [0, 1]
[[nodiscard]] std::string bar(double fraction, int width);

/// "a, b, c and 3 more", naming at most `limit`.
[[nodiscard]] std::string listed(const std::vector<std::string>& items, std::size_t limit);

}  // namespace cohort::report
