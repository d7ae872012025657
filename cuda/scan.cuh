#pragma once
/// values: n. A block scans 1024 of them, 4 a thread: a thread's own in registers, a warp's threads
/// by shuffles, its warps in shared memory. The blocks' totals are scanned the same way, and added
/// in a second pass: 32 bytes of traffic a value, and a thousandth of it for each level above.

#include <cstdint>

#include "cuda/gpu.hpp"

namespace cohort::cuda {

inline constexpr unsigned kScanThreads = 256;
inline constexpr int kScanItems = 4;
inline constexpr std::int64_t kScanBlock = kScanThreads * kScanItems;

/// totals: one for each block.
__global__ void __launch_bounds__(kScanThreads, 4)
    scan_blocks(std::int64_t* values, std::int64_t n, std::int64_t* totals) {
  SHARED(warp_totals, std::int64_t[kScanThreads / 32]);
  const unsigned lane = threadIdx.x % 32;
  const unsigned warp = threadIdx.x / 32;
  const std::int64_t first =
      static_cast<std::int64_t>(blockIdx.x) * kScanBlock + threadIdx.x * kScanItems;
  std::int64_t own[kScanItems];
  std::int64_t total = 0;
#pragma unroll
  for (int item = 0; item < kScanItems; ++item) {
    own[item] = first + item < n ? values[first + item] : 0;
    total += own[item];
  }
  std::int64_t running = total;
  for (unsigned offset = 1; offset < 32; offset *= 2) {
    const std::int64_t below = __shfl_up_sync(~0U, running, offset);
    if (lane >= offset) running += below;
  }
  if (lane == 31) warp_totals[warp] = running;
  __syncthreads();
  std::int64_t before = running - total;
  for (unsigned w = 0; w < warp; ++w) before += warp_totals[w];
#pragma unroll
  for (int item = 0; item < kScanItems; ++item) {
    if (first + item < n) values[first + item] = before;
    before += own[item];
  }
  if (threadIdx.x == kScanThreads - 1) totals[blockIdx.x] = before;
}

/// A block's values, behind what the blocks before it add up to.
__global__ void __launch_bounds__(kScanThreads, 4)
    add_block_starts(std::int64_t* values, std::int64_t n, const std::int64_t* starts) {
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * kScanBlock + threadIdx.x;
  for (std::int64_t i = first; i < first + kScanBlock && i < n; i += kScanThreads)
    values[i] += starts[blockIdx.x];
}

}  // namespace cohort::cuda
