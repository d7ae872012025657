#pragma once
/// Similarities by rank among all pairs of the survey as it was before its copies were collapsed:
/// s(i,j) counts w_i w_j times, and 0 (copies, and each row with itself) sum w_i^2 times.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "cohort/arithmetic.hpp"

namespace cohort {

__extension__ using PairWeight = unsigned __int128;

/// Maps a float's bits to an integer in the order of the floats, and back.
[[gnu::always_inline]] COHORT_SHARED_CODE std::int32_t reordered(std::int32_t bits) {
  return bits < 0 ? bits ^ std::int32_t{0x7fffffff} : bits;
}

/// Integers in the order of the floats; NaN comes before or behind all others, by its sign.
[[gnu::always_inline]] COHORT_SHARED_CODE std::int32_t order_of(float value) {
#if defined(__CUDA_ARCH__)
  const std::int32_t bits = __float_as_int(value);
#else
  const auto bits = std::bit_cast<std::int32_t>(value);
#endif
  return reordered(bits);
}

[[nodiscard]] inline float value_at(std::int32_t order) {
  return std::bit_cast<float>(reordered(order));
}

/// The same order from 0 up: its leading bits are the leading digits of a rank selection.
[[gnu::always_inline]] COHORT_SHARED_CODE std::uint32_t digits_of(std::int32_t order) {
  return static_cast<std::uint32_t>(order) ^ 0x80000000U;
}
[[nodiscard]] COHORT_SHARED_CODE std::int32_t order_at(std::uint32_t digits) {
  return static_cast<std::int32_t>(digits ^ 0x80000000U);
}

/// Weights as integers whose sum has about 40 bits: whole numbers up to that stay what they are.
struct PairWeights {
  explicit PairWeights(std::span<const float> weights) {
    const float heaviest = *std::max_element(weights.begin(), weights.end());
    const double largest_total =
        static_cast<double>(heaviest) * static_cast<double>(weights.size());
    const double steps = std::ldexp(1.0, 40 - std::ilogb(largest_total));
    PairWeight sum = 0;
    of_row.reserve(weights.size());
    for (const float w : weights) {
      of_row.push_back(static_cast<std::uint64_t>(std::nearbyint(static_cast<double>(w) * steps)));
      sum += of_row.back();
      zeros += static_cast<PairWeight>(of_row.back()) * of_row.back();
    }
    total = sum * sum;
  }

  /// The same without copies and rows with themselves.
  [[nodiscard]] PairWeights of_different_rows() const {
    PairWeights result = *this;
    result.total -= zeros;
    result.zeros = 0;
    return result;
  }

  std::vector<std::uint64_t> of_row;
  PairWeight total = 0;  ///< of all pairs
  PairWeight zeros = 0;  ///< of copies, and of rows with themselves
};

/// A similarity found by its rank.
struct RankedSimilarity {
  float value;
  PairWeight up_to;  ///< the weight of all similarities not above it
};

}  // namespace cohort
