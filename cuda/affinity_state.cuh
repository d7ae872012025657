#pragma once
/// What the kernels of one fit's messages share.

#include <limits>

#include "cohort/affinity.hpp"
#include "cohort/affinity_arithmetic.hpp"
#include "cohort/exact_sum.hpp"

#include "cuda/exact_sums.cuh"

namespace cohort::cuda {

/// What marks an element of B that is handled by itself.
inline constexpr float kMark = -std::numeric_limits<float>::infinity();
/// What leaders start from.
inline constexpr float kNothing = -std::numeric_limits<float>::infinity();
inline constexpr std::int32_t kNowhere = std::numeric_limits<std::int32_t>::max();

/// Where the iterations stand.
struct MessageState {
  double sigma = 0;
  ConvergenceWindow window = {};
  std::int64_t n_iter = 0;
  int converged = 0;
  std::int64_t chosen = 0;              ///< exemplars of the last iteration
  unsigned changes = 0, exemplars = 0;  ///< of the iteration under way
  unsigned blocks_done = 0;
};

/// An entry of D: what R(i,column) exceeds the row's plain formula by, and what B(i,column) would
/// be.
struct alignas(16) Excess {
  std::int32_t column;
  float value;
  float availability;
  float similarity;
};

/// What kernels see of a fit's messages.
struct Messages {
  std::int64_t rows, padded;
  Damping damped;
  float keep, move;
  float least;  ///< a step of the grid: what is smaller cannot change a sum
  Grid grid;
  double steps_per_unit;

  const double* preferences;   ///< rows, perturbed
  float* availability;         ///< padded x padded
  float* alpha;                ///< padded
  float* support;              ///< padded
  RowMessage* row;             ///< rows
  ColumnMessage* column;       ///< rows
  Excess* excess;              ///< padded lists of up to `capacity`
  std::int32_t* excess_count;  ///< padded
  std::int64_t capacity;
  WrappingSum* sums;  ///< padded: positive responsibilities of the column, on the grid
  char* is_exemplar;  ///< rows
  MessageState* state;
  AffinityStep* trace;  ///< a step an iteration; null where none are kept
};

/// A positive responsibility on the grid.
__device__ inline WrappingSum contribution(const Messages& m, float sigma, float similarity,
                                           float rho, float excess) {
  const float r = responsibility(sigma, similarity, rho, excess);
  return grid_integer(static_cast<double>(positive_part(r)) * m.steps_per_unit);
}

}  // namespace cohort::cuda
