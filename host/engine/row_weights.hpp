#pragma once
/// Weights of host rows, ready for exact sums.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/weighted_sum.hpp"

namespace cohort {

class RowWeights {
 public:
  /// \param weights  of `rows` rows, not all zero; empty = all 1
  RowWeights(std::span<const float> weights, std::int64_t rows)
      : scale_(weights.empty() ? 1.0 : total_of(weights)),
        terms_(weights.empty() ? static_cast<double>(rows) : scale_.total()) {
    for (const float weight : weights) cuts_.push_back(scale_.cut(static_cast<double>(weight)));
  }

  [[nodiscard]] bool all_one() const { return cuts_.empty(); }
  [[nodiscard]] WeightCut operator[](std::int64_t row) const {
    return cuts_.empty() ? WeightCut{} : cuts_[static_cast<std::size_t>(row)];
  }
  [[nodiscard]] bool counts(std::int64_t row) const {
    const WeightCut cut = (*this)[row];
    return cut.whole > 0 || cut.part > 0;
  }
  /// The grid of a sum of weighted terms.
  [[nodiscard]] Grid grid(double largest) const { return grid_for(largest, terms_); }

 private:
  WeightScale scale_;
  double terms_;
  std::vector<WeightCut> cuts_;
};

}  // namespace cohort
