#pragma once
/// The numbers that nearly all cells hold, without a branch for a digit: "-12.3456" and the
/// like, as the double nearest to it.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>

#include <emmintrin.h>

namespace cohort {

/// Bytes that must be readable before the end of the text, whatever its length.
inline constexpr std::size_t kPlainNumberReach = 17;

struct PlainNumber {
  double value = 0;
  bool has_point = false;
};

namespace plain {

inline constexpr std::size_t kWidth = 16;

/// Up to sixteen bytes of nothing but digits and at most one point.
struct Digits {
  std::uint64_t value = 0;  ///< all of them as one whole number
  std::size_t count = 0;
  std::size_t behind = 0;  ///< the point, so many; 16 where there is none
};

/// The last `width` bytes before `end`; false where they are something else.
[[nodiscard]] inline bool read_digits(const char* end, std::size_t width, char decimal,
                                      Digits& read) {
  // kLanes + n: the last n of sixteen lanes.
  alignas(32) static constexpr std::array<std::int8_t, 2 * kWidth> kLanes = {
      0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
      -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  const auto bytes = [](const void* at) {
    return _mm_loadu_si128(static_cast<const __m128i*>(at));
  };
  const auto last_lanes = [&](std::size_t count) { return bytes(kLanes.data() + count); };

  const __m128i inside = last_lanes(width);
  const __m128i text = bytes(end - kWidth);
  const __m128i zero = _mm_set1_epi8('0');
  const __m128i digits = _mm_sub_epi8(text, zero);
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  const __m128i is_point = _mm_and_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8(decimal)), inside);
  const auto point_lanes = static_cast<std::uint32_t>(_mm_movemask_epi8(is_point));
  const int others = _mm_movemask_epi8(_mm_andnot_si128(_mm_or_si128(is_digit, is_point), inside));
  if (others != 0 || (point_lanes & (point_lanes - 1)) != 0) return false;

  // Digits before the point move up to it; 16 lanes lie behind one that is not there.
  read.behind = static_cast<std::size_t>(std::countl_zero(point_lanes << 16 | 0x8000U));
  read.count = width - (point_lanes != 0 ? 1 : 0);
  const __m128i behind_point = last_lanes(read.behind);
  const __m128i moved = _mm_sub_epi8(bytes(end - kPlainNumberReach), zero);
  const __m128i before_point =
      _mm_andnot_si128(behind_point, _mm_and_si128(moved, last_lanes(read.count)));
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
  read.value = (both & 0xFFFFFFFFU) * 100'000'000U + (both >> 32);
  return true;
}

// Signs come at random: nothing that is predicted may depend on them.

/// Bytes of a sign, 1 or 0.
[[nodiscard]] inline std::size_t sign_length(char first) {
  return static_cast<std::size_t>(first == '-') | static_cast<std::size_t>(first == '+');
}

[[nodiscard]] inline double with_sign(double magnitude, char first) {
  const std::uint64_t sign = static_cast<std::uint64_t>(first == '-') << 63;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(magnitude) | sign);
}

}  // namespace plain

/// Nothing for a text of another form or of more than fifteen digits, which may be a number all the
/// same. \param end  behind its last byte
[[nodiscard]] inline std::optional<PlainNumber> plain_number(const char* end, std::size_t length,
                                                             char decimal) {
  constexpr std::size_t kDigits = std::numeric_limits<double>::digits10;
  static constexpr std::array<double, plain::kWidth> kPowers = {
      1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (length - 1 > plain::kWidth) return std::nullopt;
  const char first = *(end - length);
  const std::size_t width = length - plain::sign_length(first);
  plain::Digits digits;
  if (width > plain::kWidth || !plain::read_digits(end, width, decimal, digits) ||
      digits.count - 1 >= kDigits) {
    return std::nullopt;
  }
  // Both are exact in a double, so their quotient is rounded once (Clinger 1990).
  const double magnitude = static_cast<double>(static_cast<std::int64_t>(digits.value)) /
                           kPowers[digits.behind % plain::kWidth];
  return PlainNumber{plain::with_sign(magnitude, first), digits.behind < plain::kWidth};
}

/// The same for decimals of sixteen to nineteen digits, as programs write doubles in full.
[[nodiscard]] inline std::optional<PlainNumber> long_decimal(const char* end, std::size_t length,
                                                             char decimal) {
  static_assert(std::numeric_limits<long double>::digits == 64, "the x87's format");
  constexpr std::size_t kMost = 19;  // digits that fit 64 bits, whatever they are
  static constexpr std::array<long double, kMost + 1> kPowers = {
      1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
      1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L};
  if (length < plain::kWidth || length > kMost + 2) return std::nullopt;
  const char sign = *(end - length);
  const char* at = end - length + plain::sign_length(sign);
  const char* const tail = end - plain::kWidth;
  plain::Digits digits;
  if (at > tail || !plain::read_digits(end, plain::kWidth, decimal, digits)) return std::nullopt;
  std::uint64_t front = 0;
  std::size_t behind = digits.behind % plain::kWidth;
  std::size_t count = digits.count;
  bool has_point = digits.behind < plain::kWidth;
  for (; at != tail; ++at) {
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit <= 9) {
      front = 10 * front + digit;
      ++count;
    } else if (*at == decimal && !has_point) {
      has_point = true;
      behind = static_cast<std::size_t>(end - at) - 1;
    } else {
      return std::nullopt;
    }
  }
  if (!has_point || count > kMost) return std::nullopt;
  constexpr std::uint64_t kTenTo15 = 1'000'000'000'000'000U;
  const std::uint64_t scale = digits.count == plain::kWidth ? 10 * kTenTo15 : kTenTo15;
  const long double nearest =
      static_cast<long double>(front * scale + digits.value) / kPowers[behind];
  // Rounded to 64 bits, and now to the 53 of a double: as good as once, unless it lies halfway.
  std::uint64_t bits = 0;
  std::memcpy(&bits, &nearest, sizeof bits);
  constexpr std::uint64_t kRest = (1U << 11) - 1;
  constexpr std::uint64_t kHalfway = 1U << 10;
  if ((bits & kRest) == kHalfway) return std::nullopt;
  return PlainNumber{plain::with_sign(static_cast<double>(nearest), sign), true};
}

}  // namespace cohort
