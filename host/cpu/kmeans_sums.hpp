#pragma once
/// The terms of cohort/kmeans_terms.hpp over a data set, also in lanes, and their totals.

#include <cstdint>
#include <vector>

#include "cohort/kmeans_terms.hpp"
#include "cohort/matrix.hpp"

#include "host/cpu/statistics.hpp"

namespace cohort::cpu {

class KMeansSums {
 public:
  /// \param data  outlives this
  KMeansSums(const CpuDataSet& data, Machine machine);

  /// What a row adds to its cluster's weight.
  [[nodiscard]] std::int64_t weight_term(std::int64_t row) const {
    return terms_.weight_term(weight_of(row));
  }
  /// What a row's value of feature j adds to its cluster's sum.
  [[nodiscard]] std::int64_t value_term(float value, std::int64_t j, std::int64_t row) const {
    return terms_.value_term(value, steps_[static_cast<std::size_t>(j)], weight_of(row));
  }
  /// The same of one of the rows that a row stands for.
  [[nodiscard]] std::int64_t weight_term_of_copy(std::int64_t row) const {
    return terms_.weight_term(weighting_.copy_weight(weight_of(row)));
  }
  [[nodiscard]] std::int64_t value_term_of_copy(float value, std::int64_t j,
                                                std::int64_t row) const {
    return terms_.value_term(value, steps_[static_cast<std::size_t>(j)],
                             weighting_.copy_weight(weight_of(row)));
  }
  [[nodiscard]] const RowWeighting& weighting() const { return weighting_; }
  /// The mean that a cluster's sum of feature j and its weight stand for.
  [[nodiscard]] double mean(std::int64_t sum, std::int64_t weight, std::int64_t j) const {
    return terms_.mean(sum, grids_[static_cast<std::size_t>(j)].unit(), weight);
  }

  /// The d sums of value terms over all rows: a read of the data.
  [[nodiscard]] std::vector<std::int64_t> totals() const {
    return value_sums(data_, weighting_, steps_, machine_);
  }
  /// The weight of all rows.
  [[nodiscard]] std::int64_t total_weight() const { return total_weight_; }
  /// The mean of the features' population variances, weighted: two reads of the data.
  [[nodiscard]] double mean_variance() const;

  /// What kernels need to make terms in lanes.
  struct Terms {
    const float* weights;  ///< of the kernel's first row; null = all 1
    double factor;         ///< of the weights
    double weight_steps;
    const double* steps;  ///< d

    /// value_term() of W rows from `row` on.
    template <int W>
    [[gnu::always_inline]] typename Lanes<W>::L values(const float* x, double value_steps,
                                                       std::int64_t row) const {
      const auto value = Lanes<W>::widened(x);
      const auto steps_of_value = Lanes<W>::grid_steps(value, value_steps);
      if (weights == nullptr) return steps_of_value;
      return weighted<W>(Lanes<W>::on_grid(value, value_steps), steps_of_value, row);
    }
    /// weight_term() of W rows from `row` on.
    template <int W>
    [[gnu::always_inline]] typename Lanes<W>::L row_weights(std::int64_t row) const {
      using D = typename Lanes<W>::D;
      using L = typename Lanes<W>::L;
      if (weights == nullptr) return L{} + 1;
      return weighted<W>(D{} + weight_steps, L{} + static_cast<std::int64_t>(weight_steps), row);
    }

   private:
    /// weighted_integer() in lanes.
    template <int W>
    [[gnu::always_inline]] typename Lanes<W>::L weighted(typename Lanes<W>::D value,
                                                         typename Lanes<W>::L integer,
                                                         std::int64_t row) const {
      const auto weight = Lanes<W>::widened(weights + row) * factor;
      const auto part = weight - Lanes<W>::on_grid(weight, 1);
      return integer * Lanes<W>::grid_steps(weight, 1) + Lanes<W>::grid_steps(part * value, 1);
    }
  };

  /// Up to so many clusters lanes are added under a mask, one cluster after another.
  static constexpr std::int64_t kFewClusters = 16;

  /// Adds all lanes of `blocks` blocks, those behind the last row too, to the sums of their
  /// clusters. \param labels  a cluster for each lane \param values  clusters x d
  /// \param weights  clusters
  /// \tparam Label  std::uint8_t or std::int32_t
  template <class Label>
  void add_to_clusters(Isa isa, const float* x, std::int64_t first_block, std::int64_t blocks,
                       const Label* labels, std::int64_t clusters, std::int64_t* values,
                       std::int64_t* weights) const;

 private:
  [[nodiscard]] double weight_of(std::int64_t row) const {
    return weights_ == nullptr ? 1 : static_cast<double>(weights_[row]);
  }
  [[nodiscard]] Terms terms_from(std::int64_t block) const {
    return {weights_ == nullptr ? nullptr : weights_ + block * kBlock, weighting_.scale.factor(),
            terms_.weight_steps(), steps_.data()};
  }

  const CpuDataSet& data_;
  Machine machine_;
  const float* weights_;
  RowWeighting weighting_;
  KMeansTerms terms_;
  ColumnRanges ranges_;
  std::vector<Grid> grids_;    // of weight x value
  std::vector<double> steps_;  // theirs
  std::int64_t total_weight_ = 0;
};

}  // namespace cohort::cpu
