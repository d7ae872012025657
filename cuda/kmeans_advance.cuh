#pragma once
/// A restart's step between two passes, taken by one block: its centres move to the means of their
/// clusters' sums, and the rules of cohort/kmeans_rules.hpp say whether that was the last. A centre
/// is a thread's, because its shift adds up in order; k x d divisions by the block, some
/// microseconds for all that fits in registers.

#include "cuda/kmeans_restarts.hpp"

namespace cohort::cuda {

/// Called by a whole block. \param sums  of the restart, or filled
__device__ inline void move_centers(const LloydWork& work, std::int64_t restart,
                                    const WrappingSum* sums, bool some_empty) {
  SHARED(largest_norm, unsigned);
  const CenterLayout& layout = work.restarts.layout;
  const std::int64_t d = layout.features;
  float* const centers = work.restarts.centers_of(restart);
  double* const shifts = work.restarts.shifts + restart * layout.clusters;
  if (threadIdx.x == 0) largest_norm = 0;
  __syncthreads();
  for (std::int64_t c = threadIdx.x; c < layout.clusters; c += blockDim.x) {
    const auto weight = static_cast<std::int64_t>(sums[layout.clusters * d + c]);
    double shift = 0;
    double norm = 0;
#pragma unroll 1
    for (std::int64_t j = 0; j < d; ++j) {
      float& center = centers[layout.at(c, j)];
      const auto moved = static_cast<float>(
          work.rows.terms.mean(static_cast<std::int64_t>(sums[c * d + j]), work.units[j], weight));
      shift += squared_move(center, moved);
      norm += static_cast<double>(moved) * static_cast<double>(moved);
      center = moved;
    }
    shifts[c] = shift;
    if (!layout.has_norms()) continue;
    centers[layout.half_norm(c)] = static_cast<float>(norm / 2);
    atomicMax(&largest_norm, __float_as_uint(static_cast<float>(norm)));
  }
  __syncthreads();
  if (threadIdx.x != 0) return;
  double shift = 0;
  for (std::int64_t c = 0; c < layout.clusters; ++c) shift += shifts[c];
  RestartState& state = work.restarts.states[restart];
  state.largest_norm = __uint_as_float(largest_norm);
  ++state.n_iter;
  state.stop = lloyd_stop(work.limits, static_cast<std::int64_t>(state.changed), state.n_iter,
                          some_empty, shift);
  state.changed = 0;
  state.waits = 0;
}

/// Called by a whole block after a pass: the step, or word that it waits for the host.
__device__ inline void advance(const LloydWork& work, std::int64_t restart) {
  const CenterLayout& layout = work.restarts.layout;
  const WrappingSum* const sums = work.restarts.sums_of(restart);
  int empty = 0;
  for (std::int64_t c = threadIdx.x; c < layout.clusters; c += blockDim.x)
    if (sums[layout.clusters * layout.features + c] == 0) empty = 1;
  if (__syncthreads_or(empty) == 0)
    move_centers(work, restart, sums, false);
  else if (threadIdx.x == 0)
    work.restarts.states[restart].waits = 1;
}

}  // namespace cohort::cuda
