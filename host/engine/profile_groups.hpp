#pragma once
/// Rows in groups, with their weights.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/parallel.hpp"

#include "host/engine/row_weights.hpp"

namespace cohort {

/// k groups and, behind them, the rows without one.
class Grouping {
 public:
  /// \param labels  n, outlive this; negative = without a group
  Grouping(const RowWeights& weights, std::span<const std::int32_t> labels, std::int64_t k,
           ThreadPool& pool);

  [[nodiscard]] std::int64_t rows() const { return std::ssize(labels_); }
  [[nodiscard]] std::int64_t groups() const { return std::ssize(sizes_); }
  [[nodiscard]] const RowWeights& weights() const { return weights_; }

  [[nodiscard]] std::int64_t of(std::int64_t row) const {
    const std::int64_t label = labels_[static_cast<std::size_t>(row)];
    return label < 0 ? groups() - 1 : label;
  }
  /// A row's weight, on the grid that group_weight() is on.
  [[nodiscard]] std::int64_t weight(std::int64_t row) const {
    if (weights_.all_one()) return static_cast<std::int64_t>(one_);
    const WeightCut cut = weights_[row];
    return weighted_term(one_, cut.whole, cut.part);
  }
  [[nodiscard]] std::int64_t size(std::int64_t group) const {
    return sizes_[static_cast<std::size_t>(group)];
  }
  [[nodiscard]] std::int64_t group_weight(std::int64_t group) const {
    return group_weights_[static_cast<std::size_t>(group)];
  }
  [[nodiscard]] std::int64_t total_weight() const { return total_weight_; }
  /// A sum of weighted terms over rows that weigh `weight` together, as their mean.
  [[nodiscard]] double mean(double sum, std::int64_t weight) const {
    return weight > 0 ? sum / from_grid(weight, ones_) : 0;
  }
  /// Whether a row counts among its fellows: it has weight, or none of them has.
  [[nodiscard]] bool counts(std::int64_t row) const {
    return weights_.counts(row) || weightless_[static_cast<std::size_t>(of(row))] != 0;
  }

 private:
  const RowWeights& weights_;
  std::span<const std::int32_t> labels_;
  Grid ones_;
  double one_;
  std::vector<std::int64_t> sizes_, group_weights_;
  std::vector<char> weightless_;  ///< groups no row of which has weight
  std::int64_t total_weight_ = 0;
};

}  // namespace cohort
