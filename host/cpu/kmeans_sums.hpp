#pragma once
/// The fixed-point terms that K-means adds: which grid each feature and the weights have, and what
/// one row adds. Every backend must follow this specification.
///
/// A value is rounded once to its feature's grid and then multiplied by the row's weight, so that a
/// row of weight 3 adds exactly what three equal rows add; grids depend on the largest magnitude
/// and the total weight, which counting equal rows as one does not change. Weights below 1 are
/// scaled up by a power of two (factor) first; a product that is not whole is rounded again.

#include <cstdint>
#include <vector>

#include "cohort/exact_sum.hpp"
#include "cohort/matrix.hpp"

#include "host/cpu/operations.hpp"

namespace cohort::cpu {

class KMeansSums {
 public:
  KMeansSums(const CpuDataSet& data, Machine machine);

  /// What a row adds to its cluster's weight: 1, or its weight on the weights' grid.
  [[nodiscard]] std::int64_t weight_term(std::int64_t row) const {
    if (weights_ == nullptr) return 1;
    return static_cast<std::int64_t>(on_grid(static_cast<double>(weights_[row]), weight_steps_));
  }
  /// What a row's value of feature j adds to its cluster's sum.
  [[nodiscard]] std::int64_t value_term(float value, std::int64_t j, std::int64_t row) const {
    const double whole = on_grid(static_cast<double>(value), steps_[static_cast<std::size_t>(j)]);
    if (weights_ == nullptr) return static_cast<std::int64_t>(whole);
    return static_cast<std::int64_t>(on_grid(whole, static_cast<double>(weights_[row]) * factor_));
  }
  /// The mean that a cluster's sum of feature j and its weight stand for.
  [[nodiscard]] double mean(std::int64_t sum, std::int64_t weight, std::int64_t j) const {
    return from_grid(sum, sum_grids_[static_cast<std::size_t>(j)]) /
           from_grid(weight, weight_grid_);
  }

  /// Over all rows: the d sums of value terms, and the weight.
  [[nodiscard]] const std::vector<std::int64_t>& totals() const { return totals_; }
  [[nodiscard]] std::int64_t total_weight() const { return total_weight_; }
  [[nodiscard]] double total_weight_value() const { return from_grid(total_weight_, weight_grid_); }
  /// d largest magnitudes, and the largest weight.
  [[nodiscard]] const std::vector<double>& largest() const { return largest_; }
  [[nodiscard]] double largest_weight() const { return largest_weight_; }

  /// What kernels need to make terms in lanes.
  struct Terms {
    const float* weights;  ///< of the kernel's first row; null = all 1
    double weight_steps;
    double factor;
    const double* steps;  ///< d

    /// value_term() of W rows from `row` on.
    template <int W>
    [[gnu::always_inline]] typename Lanes<W>::L values(const float* x, double value_steps,
                                                       std::int64_t row) const {
      const auto value = Lanes<W>::widened(x);
      if (weights == nullptr) return Lanes<W>::grid_steps(value, value_steps);
      return Lanes<W>::grid_steps(
          Lanes<W>::on_grid(value, value_steps) * (Lanes<W>::widened(weights + row) * factor), 1.0);
    }
    /// weight_term() of W rows from `row` on.
    template <int W>
    [[gnu::always_inline]] typename Lanes<W>::L row_weights(std::int64_t row) const {
      if (weights == nullptr) return typename Lanes<W>::L{} + 1;
      return Lanes<W>::grid_steps(Lanes<W>::widened(weights + row), weight_steps);
    }
  };

  /// Adds each lane of `blocks` blocks to the sums of the cluster that owns it.
  /// \param owners  a cluster for each lane; none where it is not in [0, clusters)
  /// \param values  clusters x d   \param weights  clusters
  void add_to_clusters(Isa isa, const float* x, std::int64_t first_block, std::int64_t blocks,
                       const std::int64_t* owners, std::int64_t clusters, std::int64_t* values,
                       std::int64_t* weights) const;

 private:
  void choose_weight_grid(const CpuDataSet& data);
  void choose_value_grids(const CpuDataSet& data, Machine machine);
  void add_all_rows(const CpuDataSet& data, Machine machine);

  [[nodiscard]] Terms terms_from(std::int64_t block) const {
    return {weights_ == nullptr ? nullptr : weights_ + block * kBlock, weight_steps_, factor_,
            steps_.data()};
  }

  const float* weights_;
  Grid weight_grid_;
  double weight_steps_ = 1;
  double factor_ = 1;
  double largest_weight_ = 1;
  std::vector<double> largest_;
  std::vector<double> steps_;    // of the values
  std::vector<Grid> sum_grids_;  // of weight x value
  std::vector<std::int64_t> totals_;
  std::int64_t total_weight_ = 0;
};

/// The mean of the features' population variances, weighted, from exact sums about the means.
[[nodiscard]] double mean_variance(const CpuDataSet& data, const KMeansSums& sums, Machine machine);

}  // namespace cohort::cpu
