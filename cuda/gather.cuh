#pragma once
/// Rows of a data set into tiles of their own, in any order. A warp takes one feature of one new
/// tile at a time and writes a line; what it reads are 4 of each 32 bytes where the rows lie apart
/// (36 bytes of traffic an element), and whole lines where they are neighbours (8 bytes).

#include <cstdint>

#include "cuda/data_set.hpp"

namespace cohort::cuda {

inline constexpr unsigned kGatherThreads = 256;

/// rows: m indices; x: tiles of m x d x 32, zero behind the last row. -0 becomes 0.
__global__ void __launch_bounds__(kGatherThreads, 4)
    gather_rows(Tiles data, const std::int64_t* rows, std::int64_t m, float* x) {
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (kGatherThreads / 32);
  const std::int64_t lines = (m + kTileRows - 1) / kTileRows * data.features;
  const unsigned lane = threadIdx.x % 32;
  for (std::int64_t line =
           static_cast<std::int64_t>(blockIdx.x) * (kGatherThreads / 32) + threadIdx.x / 32;
       line < lines; line += warps) {
    const std::int64_t to = line / data.features * kTileRows + lane;
    const float value = to < m ? data.at(rows[to], line % data.features) : 0.0F;
    x[line * kTileRows + lane] = value + 0.0F;
  }
}

}  // namespace cohort::cuda
