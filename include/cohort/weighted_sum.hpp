#pragma once
/// Weights under the exact-sum law. A row of weight 3 must count exactly as three rows, so a value
/// is rounded to its grid first and its whole copies are added as integers; only what a weight has
/// behind the point is rounded a second time.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "cohort/arithmetic.hpp"
#include "cohort/exact_sum.hpp"

namespace cohort {

/// A scaled weight as so many whole copies and a rest in [-1/2, 1/2].
struct WeightCut {
  std::int64_t whole = 1;
  double part = 0;
};

/// Brings the total weight near 2^22 by a power of two, so that small fractional weights keep their
/// bits; larger totals stay as they are up to 2^31 and are scaled down above. Whole weights stay
/// whole up to there.
class WeightScale {
 public:
  /// \param total  finite, above zero
  explicit WeightScale(double total) {
    const int size = static_cast<int>(std::ceil(std::log2(total)));
    exponent_ = size <= kSmall ? kSmall - size : std::min(0, kLarge - size);
    factor_ = std::ldexp(1.0, exponent_);
    total_ = total * factor_;
  }

  /// What weights are multiplied by, a power of two.
  [[nodiscard]] double factor() const { return factor_; }
  /// What grid_for takes as the number of terms.
  [[nodiscard]] double total() const { return total_; }
  [[nodiscard]] COHORT_SHARED_CODE WeightCut cut(double weight) const {
    const double scaled_weight = weight * factor_;
    return {static_cast<std::int64_t>(grid_integer(scaled_weight)),
            scaled_weight - on_grid(scaled_weight, 1)};
  }
  /// A sum of weighted terms in the weights' own unit.
  [[nodiscard]] double unscaled(double sum) const { return std::ldexp(sum, -exponent_); }

 private:
  static constexpr int kSmall = 22;
  static constexpr int kLarge = 31;
  int exponent_ = 0;
  double factor_ = 1;
  double total_ = 0;
};

/// weight x value for a value that is on its grid.
COHORT_SHARED_CODE std::int64_t weighted_term(double on_grid_value, std::int64_t whole,
                                              double part) {
  return static_cast<std::int64_t>(on_grid_value) * whole +
         static_cast<std::int64_t>(on_grid(part * on_grid_value, 1));
}

/// weighted_term(pushed - kPush, whole, part), as grid_integer() has it.
[[gnu::always_inline]] COHORT_SHARED_CODE std::uint64_t weighted_pushed(double pushed,
                                                                        std::uint64_t whole,
                                                                        double part) {
  return (bits_of(pushed) - bits_of(kPush)) * whole + grid_integer(part * (pushed - kPush));
}

/// The same of a value that is not on the grid yet.
[[gnu::always_inline]] COHORT_SHARED_CODE std::uint64_t weighted_integer(double scaled,
                                                                         std::uint64_t whole,
                                                                         double part) {
  return weighted_pushed(scaled + kPush, whole, part);
}

/// How sums over rows are weighted. Without weights nothing is scaled: a weight of 1 everywhere
/// gives the same sums all the same, because the grids agree.
struct RowWeighting {
  /// \param total_weight     the number of rows where there are no weights
  /// \param weights_are_counts  a row stands for as many equal ones as it weighs
  RowWeighting(bool has_weights, double total_weight, bool weights_are_counts = false)
      : weighted(has_weights),
        counted(weights_are_counts),
        total(total_weight),
        scale(total_weight) {}
  [[nodiscard]] Grid grid(double largest) const { return grid_of_bits(largest, bits()); }
  /// Bits of a term on such a grid.
  [[nodiscard]] int bits() const { return grid_bits(weighted ? scale.total() : total); }
  [[nodiscard]] COHORT_SHARED_CODE WeightCut cut(double weight) const {
    return weighted ? scale.cut(weight) : WeightCut{};
  }
  /// The weight of one of the rows that a row of this weight stands for.
  [[nodiscard]] COHORT_SHARED_CODE double copy_weight(double weight) const {
    return counted ? 1 : weight;
  }
  [[nodiscard]] double unscaled(double sum) const { return weighted ? scale.unscaled(sum) : sum; }

  bool weighted;
  bool counted;
  double total;
  WeightScale scale;
};

/// What so many weights are rounded to before they are added.
[[nodiscard]] inline Grid weight_grid(float largest, std::int64_t weights) {
  return grid_for(static_cast<double>(largest), static_cast<double>(weights));
}

/// The sum of non-negative weights, exact to 40 bits below the largest.
[[nodiscard]] inline double total_of(std::span<const float> weights) {
  float largest = 0;
  for (const float weight : weights) largest = std::max(largest, weight);
  const Grid grid = weight_grid(largest, static_cast<std::int64_t>(weights.size()));
  const double steps = grid.steps_per_unit();
  std::int64_t total = 0;
  for (const float weight : weights)
    total += static_cast<std::int64_t>(on_grid(static_cast<double>(weight), steps));
  return from_grid(total, grid);
}

}  // namespace cohort
