#pragma once
/// rows: n x d row-major. tiles: ceil(n / 32) x d x 32. A block turns one tile through shared
/// memory, 32 features at a time, so that both sides are read and written in whole lines: the rows'
/// side along features, the tiles' side along rows. (The 33rd column keeps a warp's lanes off one
/// bank.) 8 bytes of traffic an element, nothing else.

#include "cuda/data_set.hpp"

namespace cohort::cuda {

/// Rows that do not exist become 0.
__global__ void __launch_bounds__(256)
    rows_to_tiles(const float* rows, std::int64_t n, std::int64_t d, float* tiles) {
  SHARED(tile, float[32][33]);
  const unsigned lane = threadIdx.x % 32;
  const unsigned warp = threadIdx.x / 32;
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * kTileRows;
  for (std::int64_t j = 0; j < d; j += 32) {
    for (unsigned r = warp; r < 32; r += 8)
      tile[r][lane] = first + r < n && j + lane < d ? rows[(first + r) * d + j + lane] : 0.0F;
    __syncthreads();
    for (unsigned f = warp; f < 32 && j + f < d; f += 8)
      tiles[(static_cast<std::int64_t>(blockIdx.x) * d + j + f) * kTileRows + lane] = tile[lane][f];
    __syncthreads();
  }
}

__global__ void __launch_bounds__(256)
    tiles_to_rows(const float* tiles, std::int64_t n, std::int64_t d, float* rows) {
  SHARED(tile, float[32][33]);
  const unsigned lane = threadIdx.x % 32;
  const unsigned warp = threadIdx.x / 32;
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * kTileRows;
  for (std::int64_t j = 0; j < d; j += 32) {
    for (unsigned f = warp; f < 32 && j + f < d; f += 8)
      tile[lane][f] = tiles[(static_cast<std::int64_t>(blockIdx.x) * d + j + f) * kTileRows + lane];
    __syncthreads();
    for (unsigned r = warp; r < 32; r += 8)
      if (first + r < n && j + lane < d) rows[(first + r) * d + j + lane] = tile[r][lane];
    __syncthreads();
  }
}

}  // namespace cohort::cuda
