#pragma once
/// The messages of affinity propagation in the one-state form (cohort/affinity_arithmetic.hpp): one
/// n x n matrix of float32, short lists per row, and vectors.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cohort/affinity_arithmetic.hpp"
#include "cohort/exact_sum.hpp"

#include "host/cpu/affinity_similarities.hpp"

namespace cohort::cpu {

class AffinityMessages {
 public:
  /// \param similarities  at least two rows, outlives this
  /// \param preferences   one for each row, perturbed
  /// \param grid          holds the sum of any column's positive responsibilities
  AffinityMessages(const SimilarityRows& similarities, std::vector<double> preferences,
                   double damping, Grid grid, Machine machine);

  /// Bytes that n rows need.
  [[nodiscard]] static double bytes(std::int64_t n, std::int64_t padded, int threads);

  /// One iteration of all messages. Returns how many rows became or ceased to be exemplars.
  std::int64_t iterate();

  /// Rows that are their own exemplars, A(j,j) + R(j,j) > 0, ascending.
  [[nodiscard]] std::vector<std::int64_t> exemplars() const;
  [[nodiscard]] std::int64_t exemplar_count() const {
    return std::count(exemplar_.begin(), exemplar_.end(), 1);
  }

 private:
  /// An entry of D: what R(i,column) exceeds the row's plain formula by.
  struct Excess {
    std::int32_t column;
    float value;
  };
  struct Scratch {
    std::vector<float> similarity, excess;
    std::vector<double> sums;          ///< integral, over the rows of one task
    std::vector<std::int64_t> totals;  ///< over the iteration
  };

  void update_row(std::int64_t i, Scratch& scratch);
  void update_excess(std::vector<Excess>& list, const RowWinner& winner, std::int32_t column) const;
  std::int64_t update_columns();

  const SimilarityRows& similarities_;
  Machine machine_;
  Damping damped_;
  float keep_, move_;
  float least_;  ///< a step of the grid: what is smaller cannot change a sum
  Grid grid_;
  double sigma_ = 0, next_sigma_ = 0;

  std::vector<double> preferences_;
  std::vector<RowMessage> rows_;
  std::vector<ColumnMessage> columns_;
  std::vector<std::vector<Excess>> excess_;
  std::vector<float> availability_;     ///< B, n x padded
  std::vector<float> alpha_, support_;  ///< columns_ as the elements see them, padded
  std::vector<std::int64_t> sums_;      ///< n: positive responsibilities of the column, on the grid
  std::vector<char> exemplar_;
  std::vector<Scratch> scratch_;
};

}  // namespace cohort::cpu
