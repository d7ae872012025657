#pragma once
/// Rows in the order of their values, by radix: linear in their number.

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace cohort {

struct ValueOfRow {
  std::uint32_t rank;  ///< rises with the value; equal for equal values, -0 and 0 among them
  std::uint32_t row;
};

/// By rising value, equal values by rising row. \param values  at most 2^32
[[nodiscard]] inline std::vector<ValueOfRow> rising_values(std::span<const float> values) {
  constexpr std::uint32_t kSign = 0x80000000U;
  constexpr int kDigitBits = 11;
  constexpr std::uint32_t kDigits = 1U << kDigitBits;
  std::vector<ValueOfRow> rows;
  rows.reserve(values.size());
  for (const float value : values) {
    const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);
    const std::uint32_t rank = (bits & kSign) != 0 ? ~bits : bits | kSign;
    rows.push_back({rank, static_cast<std::uint32_t>(rows.size())});
  }
  std::vector<ValueOfRow> sorted(rows.size());
  for (int shift = 0; shift < 32; shift += kDigitBits) {
    std::array<std::size_t, kDigits + 1> place{};
    for (const ValueOfRow& row : rows) ++place[((row.rank >> shift) & (kDigits - 1)) + 1];
    for (std::size_t digit = 1; digit <= kDigits; ++digit) place[digit] += place[digit - 1];
    for (const ValueOfRow& row : rows) sorted[place[(row.rank >> shift) & (kDigits - 1)]++] = row;
    rows.swap(sorted);
  }
  return rows;
}

}  // namespace cohort
