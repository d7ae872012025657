#pragma once
/// How many different numbers a column holds.

#include <cstdint>
#include <span>

namespace cohort {

/// The distinct values among `values` that are not NaN; -0 is 0. Takes up to eight bytes a value.
[[nodiscard]] std::int64_t count_distinct(std::span<const double> values);

/// The same up to 2, which stands for more, too.
[[nodiscard]] std::int64_t count_to_two(std::span<const double> values);

}  // namespace cohort
