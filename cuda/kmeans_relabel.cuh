#pragma once
/// Moving rows to labels that were found elsewhere. 2 bytes a row are read, 4 tiles a warp at a
/// time so that enough are under way: 10 us for 10M rows. Rows that change add their terms in a
/// block's shared memory where the sums fit.

#include "cuda/kmeans_restarts.hpp"

namespace cohort::cuda {

inline constexpr unsigned kMoveThreads = 1024;

/// rows: k x d, from centres that lie otherwise.
__global__ void __launch_bounds__(256, 4)
    centers_to_rows(CenterLayout layout, const float* centers, float* rows) {
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
       i < layout.clusters * layout.features; i += step)
    rows[i] = centers[layout.at(i / layout.features, i % layout.features)];
}

/// Called by all warps of a grid. Returns how many labels the lane's warp changed.
template <class Sums>
__device__ unsigned move_to_found(const LloydWork& work, std::int64_t restart, const Labels& found,
                                  const Sums& sums) {
  constexpr int kTiles = 4;
  const Labels labels = work.restarts.labels_of(restart);
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * (blockDim.x / 32) * kTiles;
  unsigned changed = 0;
  for (std::int64_t first =
           (static_cast<std::int64_t>(blockIdx.x) * (blockDim.x / 32) + threadIdx.x / 32) * kTiles;
       first < work.data.tiles(); first += step) {
    int before[kTiles];
    int label[kTiles];
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
      const std::int64_t row = (first + t) * kTileRows + threadIdx.x % 32;
      const bool exists = row < work.data.rows;
      before[t] = exists ? labels.at(row) : 0;
      label[t] = exists ? found.at(row) : 0;
    }
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
      const bool changes = label[t] != before[t];
      if (changes) labels.set((first + t) * kTileRows + threadIdx.x % 32, label[t]);
      unsigned left = __ballot_sync(~0U, changes);
      changed += static_cast<unsigned>(__popc(left));
      for (; left != 0; left &= left - 1) {
        const int row = __ffs(static_cast<int>(left)) - 1;
        move_row<32>(work.data, work.rows, (first + t) * kTileRows + row,
                     __shfl_sync(~0U, before[t], row), __shfl_sync(~0U, label[t], row),
                     static_cast<int>(threadIdx.x % 32),
                     static_cast<int>(work.restarts.layout.clusters), sums);
      }
    }
  }
  return changed;
}

/// \param last  also if the restart has stopped
template <bool kShared>
__global__ void __launch_bounds__(kMoveThreads, 1)
    relabel(const __grid_constant__ LloydWork work, std::int64_t restart, Labels found, bool last) {
  SHARED(changed, unsigned);
  DYNAMIC_SHARED(halves, unsigned);
  RestartState& state = work.restarts.states[restart];
  if (!last && (state.stop != LloydStop::no || state.waits != 0)) return;
  WrappingSum* const sums = work.restarts.sums_of(restart);
  const std::int64_t size = work.restarts.sums_each();
  if (threadIdx.x == 0) changed = 0;
  if constexpr (kShared)
    for (std::int64_t i = threadIdx.x; i < 2 * size; i += blockDim.x) halves[i] = 0;
  __syncthreads();
  unsigned mine = 0;
  if constexpr (kShared)
    mine = move_to_found(work, restart, found, SharedSums{halves, halves + size});
  else
    mine = move_to_found(work, restart, found, GlobalSums{sums});
  if (threadIdx.x % 32 == 0 && mine != 0) atomicAdd(&changed, mine);
  __syncthreads();
  if (threadIdx.x == 0 && changed != 0)
    atomicAdd(&state.changed, static_cast<unsigned long long>(changed));
  if constexpr (kShared)
    for (std::int64_t i = threadIdx.x; i < size; i += blockDim.x) {
      const WrappingSum sum = static_cast<WrappingSum>(halves[size + i]) << 32 | halves[i];
      if (sum != 0) atomicAdd(sums + i, sum);
    }
}

}  // namespace cohort::cuda
