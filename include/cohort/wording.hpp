#pragma once
/// Numbers as a person wants to read them.

#include <cstdint>
#include <string>
#include <string_view>

namespace cohort {

/// 1234567 is "1,234,567".
[[nodiscard]] std::string thousands(std::int64_t value);

/// "1 row", "72 rows"; a plural that is not an added s is given.
[[nodiscard]] std::string counted(std::int64_t n, std::string_view singular,
                                  std::string_view plural = {});

/// About `digits` significant digits, whole parts never cut below 10^15: "0.4126", "192.34",
/// "1,234,568", "1.235e-07".
[[nodiscard]] std::string short_number(double value, int digits = 4);

/// "36.1%"; never rounded onto 0% or 100% from beside them.
[[nodiscard]] std::string percent(double share);

/// "0.85 ms", "12.3 s", "2 min 05 s", "1 h 02 min".
[[nodiscard]] std::string duration(double seconds);

}  // namespace cohort
