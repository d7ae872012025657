#pragma once
/// The one law: a sum over rows is never taken in floating point. Each term is rounded once to a
/// fixed-point grid and integers are added, so no order, thread count, device or rank can change a
/// bit of the result. Host code chooses the grid from the data and hands it to whichever backend
/// does the adding.

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "cohort/arithmetic.hpp"

namespace cohort {

/// Bits of a term kept below the largest magnitude. 40 leaves 16 more than float32 has, and lets
/// 4096 terms be added in the lanes of a double without rounding before they are flushed to 64-bit
/// integers.
inline constexpr int kTermBits = 40;
inline constexpr std::int64_t kTermsPerFlush = 4096;

/// Bits that terms may have, so that so many add up without overflow.
[[nodiscard]] inline int grid_bits(double terms) {
  return std::min(kTermBits, 62 - static_cast<int>(std::ceil(std::log2(std::max(terms, 1.0)))));
}

/// The grid on which terms of at most `largest` in magnitude have so many bits. `largest` must be
/// finite; 0 gives the grid of integers.
[[nodiscard]] COHORT_SHARED_CODE Grid grid_of_bits(double largest, int bits) {
  if (!(largest > 0)) return {0};
  const int exponent = bits - 1 - ilogb(largest);
  return {exponent < -1000 ? -1000 : exponent > 1000 ? 1000 : exponent};
}

/// The finest grid on which `terms` terms of at most `largest` in magnitude add up without
/// overflow: min(40, 62 - ceil(log2 terms)) bits below `largest`.
[[nodiscard]] inline Grid grid_for(double largest, double terms) {
  return grid_of_bits(largest, grid_bits(terms));
}

/// A sum of fixed-point terms as a double, rounded once.
[[nodiscard]] COHORT_SHARED_CODE double from_grid(std::int64_t total, Grid grid) {
  return static_cast<double>(total) * grid.unit();
}

/// Two grids, the second 2^-32 of the first: up to 72 bits below the largest term, for the few sums
/// whose terms span many magnitudes (inertia, variances). Each term is coarse + fine, both
/// integral; each part is summed alone, which holds for up to 2^31 terms.
struct WideSum {
  std::int64_t coarse = 0;
  std::int64_t fine = 0;

  void add(double term, double steps_per_unit) {
    const double scaled_term = term * steps_per_unit;
    const double whole = on_grid(term, steps_per_unit);
    coarse += static_cast<std::int64_t>(whole);
    fine += static_cast<std::int64_t>(on_grid(scaled_term - whole, kFineSteps));
  }
  WideSum& operator+=(const WideSum& other) {
    coarse += other.coarse;
    fine += other.fine;
    return *this;
  }
  [[nodiscard]] double value(Grid grid) const {
    const auto total = (static_cast<__int128>(coarse) << kFineBits) + fine;
    return static_cast<double>(total) * std::ldexp(1.0, -grid.exponent - kFineBits);
  }
  /// For a term that is scaled to the coarse grid: coarse takes grid_integer(scaled), fine takes
  /// grid_integer() of this.
  [[nodiscard, gnu::always_inline]] static COHORT_SHARED_CODE double fine_part(double scaled) {
    return (scaled - on_grid(scaled, 1)) * kFineSteps;
  }
  static constexpr int kFineBits = 32;
  static constexpr double kFineSteps = 4294967296.0;  // 2^kFineBits
};

}  // namespace cohort
