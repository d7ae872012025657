#pragma once
/// Exact sums of products of pairs of features, the terms of a covariance: in double, one fused
/// instruction a pair and row, and in any order the same bits.
///
/// Term (i, j) of a row is w (x_i - m_i) (x_j - m_j), rounded to the grid 2^-(e_i + e_j), where e_i
/// gives each feature half of the bits that grid_for() allows a sum over these rows. Deviations
/// come multiplied by 2^e_i, below 2^20, so that the grid is the integers, and the first feature's
/// odd(): its last bit, below 2^-32, keeps the product from lying halfway between two integers
/// whatever the other is, so fma(odd(left), right, kPush + sum) rounds the product alone, whatever
/// integer the sum is.

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "cohort/column_sums.hpp"
#include "cohort/matrix.hpp"

namespace cohort {

/// Up to here the products of all pairs are summed exactly; more features go through BLAS.
inline constexpr std::int64_t kExactFeatures = 64;

/// Products below 2^40 that may be added to kPush before the sum must be taken out: together they
/// stay below 2^51.
inline constexpr std::int64_t kProductsInDouble = 2048;

/// A deviation with its last bit set: at most 2^-52 of it more.
[[gnu::always_inline]] COHORT_SHARED_CODE double odd(double deviation) {
  return double_of(bits_of(deviation) | 1);
}

/// What each feature's deviations are multiplied by, and what becomes of the sums.
class PairGrids {
 public:
  PairGrids(const ColumnRanges& ranges, std::span<const double> mean,
            const RowWeighting& weighting) {
    const int half_the_bits = (weighting.grid(1).exponent + 1) / 2;
    for (std::int64_t j = 0; j < std::ssize(mean); ++j) {
      const double largest = ranges.largest_deviation(j, mean[static_cast<std::size_t>(j)]);
      exponent_.push_back(largest > 0 ? half_the_bits - 1 - std::ilogb(largest) : 0);
      factor_.push_back(std::ldexp(1.0, exponent_.back()));
    }
  }

  /// Powers of two: a deviation times its factor is below 2^20.
  [[nodiscard]] const std::vector<double>& factor() const { return factor_; }

  /// \param total  total(i, j) for i <= j: the sum of the integers
  template <class Total>
  [[nodiscard]] Matrix<double> covariance(const RowWeighting& weighting, const Total& total) const {
    const std::int64_t d = std::ssize(exponent_);
    Matrix<double> result(d, d);
    for (std::int64_t i = 0; i < d; ++i) {
      for (std::int64_t j = i; j < d; ++j) {
        const Grid grid{exponent_[static_cast<std::size_t>(i)] +
                        exponent_[static_cast<std::size_t>(j)]};
        result(i, j) = weighting.unscaled(from_grid(total(i, j), grid)) / weighting.total;
        result(j, i) = result(i, j);
      }
    }
    return result;
  }

 private:
  std::vector<int> exponent_;
  std::vector<double> factor_;
};

}  // namespace cohort
