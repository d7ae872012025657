#pragma once
/// Cells as numbers.

#include <string_view>

namespace cohort {

/// True for the texts parse_number takes: digits with at most one decimal sign, a sign before and
/// an exponent behind; and for the spellings of infinity and not-a-number. `text` has no blanks
/// around it.
[[nodiscard]] bool looks_like_number(std::string_view text, char decimal);

enum class NumberFault { none, not_a_number, not_finite, beyond_float };

/// Reads all of `text`. Values below the least double become 0; beyond_float is one whose
/// magnitude no float32 holds.
[[nodiscard]] NumberFault parse_number(std::string_view text, char decimal, double& value);

/// True for a whole number in more digits than a double keeps, such as a long identifier.
[[nodiscard]] bool exceeds_double_digits(std::string_view text);

/// True for a whole number written with zeros in front, such as "007".
[[nodiscard]] bool has_leading_zeros(std::string_view text);

}  // namespace cohort
