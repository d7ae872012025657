#pragma once
/// The numbers that nearly all cells hold, without a branch for a digit: up to fifteen digits,
/// "-12.3456", as the double nearest to them.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include <emmintrin.h>

namespace cohort {

struct PlainNumber {
  double value = 0;
  bool has_point = false;
};

/// Bytes that must be readable before the end of the text, whatever its length.
inline constexpr std::size_t kPlainNumberReach = 17;

/// Nothing for a text of another form or of more digits than a double keeps, which may be a number
/// all the same. \param end  behind its last byte
[[nodiscard]] inline std::optional<PlainNumber> plain_number(const char* end, std::size_t length,
                                                             char decimal) {
  constexpr std::size_t kWidth = 16;
  constexpr std::size_t kDigits = std::numeric_limits<double>::digits10;
  // kLanes + n: the last n of sixteen lanes.
  alignas(32) static constexpr std::array<std::int8_t, 2 * kWidth> kLanes = {
      0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
      -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  static constexpr std::array<double, kWidth> kPowers = {
      1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const auto bytes = [](const void* at) {
    return _mm_loadu_si128(static_cast<const __m128i*>(at));
  };
  const auto last_lanes = [&](std::size_t count) { return bytes(kLanes.data() + count); };

  if (length - 1 >= kWidth) return std::nullopt;
  const char first = *(end - length);
  const std::size_t width = length - (first == '-' || first == '+' ? 1 : 0);
  const __m128i inside = last_lanes(width);
  const __m128i text = bytes(end - kWidth);
  const __m128i zero = _mm_set1_epi8('0');
  const __m128i digits = _mm_sub_epi8(text, zero);
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  const __m128i is_point = _mm_and_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8(decimal)), inside);
  const auto point_lanes = static_cast<std::uint32_t>(_mm_movemask_epi8(is_point));
  const int others = _mm_movemask_epi8(_mm_andnot_si128(_mm_or_si128(is_digit, is_point), inside));
  const std::size_t points = point_lanes != 0 ? 1 : 0;
  const std::size_t count = width - points;
  const bool plain = others == 0 && (point_lanes & (point_lanes - 1)) == 0 && count - 1 < kDigits;
  if (!plain) return std::nullopt;

  // Digits before the point move up to it; 16 lanes lie behind one that is not there.
  const auto behind = static_cast<std::size_t>(std::countl_zero(point_lanes << 16 | 0x8000U));
  const __m128i behind_point = last_lanes(behind);
  const __m128i moved = _mm_sub_epi8(bytes(end - kPlainNumberReach), zero);
  const __m128i before_point = _mm_andnot_si128(
      behind_point, _mm_and_si128(moved, last_lanes(count)));
  const __m128i joined =
      _mm_or_si128(_mm_and_si128(digits, _mm_and_si128(inside, behind_point)), before_point);
  // Neighbours join: 16 digits, 8 numbers of two, 4 of four, 2 of eight.
  const __m128i pairs = _mm_add_epi16(
      _mm_mullo_epi16(_mm_and_si128(joined, _mm_set1_epi16(0xFF)), _mm_set1_epi16(10)),
      _mm_srli_epi16(joined, 8));
  const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
  const __m128i eights =
      _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10000));
  const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
  const auto whole = static_cast<std::int64_t>((both & 0xFFFFFFFFU) * 100'000'000U + (both >> 32));
  // Both are exact in a double, so their quotient is rounded once (Clinger 1990).
  const double magnitude = static_cast<double>(whole) / kPowers[behind % kWidth];
  // Signs come at random: what is predicted must not depend on them.
  const std::uint64_t sign = std::uint64_t{first == '-' ? 1U : 0U} << 63;
  return PlainNumber{std::bit_cast<double>(std::bit_cast<std::uint64_t>(magnitude) | sign),
                     point_lanes != 0};
}

}  // namespace cohort
