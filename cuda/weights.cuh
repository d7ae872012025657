#pragma once
/// weights: n, not negative. Each is read once, by threads side by side: 4 bytes a weight, at the
/// bandwidth of memory.

#include <cstdint>

#include "cohort/arithmetic.hpp"

#include "cuda/exact_sums.cuh"

namespace cohort::cuda {

inline constexpr unsigned kWeightThreads = 256;

/// largest: its bits, 0 at first. (Floats that are not negative are in their bits' order.)
__global__ void __launch_bounds__(kWeightThreads, 4)
    find_largest_weight(const float* weights, std::int64_t n, unsigned* largest) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * kWeightThreads;
  float own = 0;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kWeightThreads + threadIdx.x; i < n;
       i += stride) {
    if (weights[i] > own) own = weights[i];
  }
  const unsigned bits = warp_largest(__float_as_uint(own));
  if (threadIdx.x % 32 == 0) atomicMax(largest, bits);
}

/// total: 0 at first, on the grid of `steps` a unit.
__global__ void __launch_bounds__(kWeightThreads, 4)
    add_weights(const float* weights, std::int64_t n, double steps, WrappingSum* total) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * kWeightThreads;
  std::uint64_t own = 0;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kWeightThreads + threadIdx.x; i < n;
       i += stride)
    own += grid_integer(static_cast<double>(weights[i]) * steps);
  add_warp_total(own, total);
}

}  // namespace cohort::cuda
