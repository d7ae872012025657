#pragma once
/// Numbers and words as a picture needs them: the same bytes everywhere, and never wider than
/// there is room.

#include <string>
#include <string_view>

namespace cohort::report {

/// Safe inside an element and between quotes. Control characters, broken UTF-8 and direction
/// overrides have become visible pictures.
[[nodiscard]] std::string escaped(std::string_view data);

/// "12.3": at most so many decimals, no trailing zeros, no minus before a zero; 0 for what is no
/// finite number.
[[nodiscard]] std::string decimal(double value, int decimals = 1);

/// "+0.93", "−1.20": with its sign and two decimals.
[[nodiscard]] std::string signed_number(double value);

/// The hyphen of a negative number as a minus sign: a text, not a place.
[[nodiscard]] std::string with_minus(std::string number);

/// "36.1%", "80%": no decimal where it says nothing.
[[nodiscard]] std::string short_percent(double share);

/// About how many units a text takes in a sans-serif face, rather too many than too few.
[[nodiscard]] double text_width(std::string_view text, double font_size);

/// Made printable, and cut with an ellipsis where it would be wider.
[[nodiscard]] std::string fitted(std::string_view data, double width, double font_size);

}  // namespace cohort::report
