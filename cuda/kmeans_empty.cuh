#pragma once
/// The rows farthest from their centres, one after the other: a pass of 4 bytes a row for each, for
/// there are few and seldom any. 20 us for 10M rows, and 20 us for the host to hear of it.

#include "cohort/distinct_arithmetic.hpp"

#include "cuda/kmeans_advance.cuh"

namespace cohort::cuda {

inline constexpr unsigned kFarThreads = 256;

/// A row by its distance; ties go to the lowest row.
struct FarPlace {
  float distance;
  std::int64_t row;

  [[nodiscard]] __host__ __device__ bool before(const FarPlace& other) const {
    return distance > other.distance || (distance == other.distance && row < other.row);
  }
};

/// Rows that were given, all as far as the last of them.
struct GivenRows {
  const std::int64_t* rows;
  int count;

  [[nodiscard]] __device__ bool hold_equal_of(const Tiles& data, std::int64_t row) const {
    for (int g = 0; g < count; ++g) {
      bool equal = true;
      for (std::int64_t j = 0; equal && j < data.features; ++j)
        equal = identity(data.at(row, j)) == identity(data.at(rows[g], j));
      if (equal) return true;
    }
    return false;
  }
};

/// The first row after `last` that is equal to none of `given`, in each block; row -1 where there
/// is none. \param distances  of the rows; what weighs nothing counts as 0
__global__ void __launch_bounds__(256, 8)
    next_far_row(Tiles data, RowTerms terms, const float* distances, FarPlace last, GivenRows given,
                 FarPlace* of_blocks) {
  SHARED(of_warps, FarPlace[kFarThreads / 32]);
  FarPlace best = {-1, -1};
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * kFarThreads;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kFarThreads + threadIdx.x;
       i < data.rows; i += step) {
    const bool counts = terms.terms.weight_term(RowTerms::weight(data, i)) != 0;
    const FarPlace here = {counts ? distances[i] : 0.0F, i};
    if (!last.before(here) || !here.before(best)) continue;
    if (here.distance < last.distance || !given.hold_equal_of(data, i)) best = here;
  }
  for (unsigned offset = 16; offset > 0; offset /= 2) {
    const FarPlace other = {__shfl_down_sync(~0U, best.distance, offset),
                            __shfl_down_sync(~0U, best.row, offset)};
    if (other.before(best)) best = other;
  }
  if (threadIdx.x % 32 == 0) of_warps[threadIdx.x / 32] = best;
  __syncthreads();
  if (threadIdx.x != 0) return;
  for (unsigned w = 1; w < kFarThreads / 32; ++w)
    if (of_warps[w].before(best)) best = of_warps[w];
  of_blocks[blockIdx.x] = best;
}

/// One block. terms_out: the row's label, its weight term, its d value terms; the terms are of one
/// copy, where it stands for several.
__global__ void __launch_bounds__(256, 4) terms_of_row(Tiles data, RowTerms terms, Labels labels,
                                                       std::int64_t row, std::int64_t* terms_out) {
  const double weight = terms.terms.weighting().copy_weight(RowTerms::weight(data, row));
  if (threadIdx.x == 0) {
    terms_out[0] = labels.at(row);
    terms_out[1] = terms.terms.weight_term(weight);
  }
  for (std::int64_t j = threadIdx.x; j < data.features; j += blockDim.x)
    terms_out[2 + j] = terms.terms.value_term(data.at(row, j), terms.steps[j], weight);
}

/// One block: the step of a restart by sums whose empty clusters have been filled.
__global__ void __launch_bounds__(512, 2)
    advance_filled(const __grid_constant__ LloydWork work, std::int64_t restart,
                   const WrappingSum* filled) {
  move_centers(work, restart, filled, true);
}

}  // namespace cohort::cuda
