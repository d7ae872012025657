#pragma once
/// Adding up integers: in any order the same sum, so that lanes, warps and blocks need no
/// agreement.

#include <cstdint>

#include "cuda/gpu.hpp"

namespace cohort::cuda {

/// What atomics on 64 bits take; sums of either sign wrap in it and are right at the end.
using WrappingSum = unsigned long long;

/// The sum over a whole warp, in lane 0.
__device__ inline std::uint64_t warp_total(std::uint64_t term) {
  for (unsigned offset = 16; offset > 0; offset /= 2) term += __shfl_down_sync(~0U, term, offset);
  return term;
}

/// Called by a whole warp: adds all lanes' terms to a sum in the GPU's memory.
__device__ inline void add_warp_total(std::uint64_t term, WrappingSum* sum) {
  const std::uint64_t total = warp_total(term);
  if (threadIdx.x % 32 == 0) atomicAdd(sum, static_cast<WrappingSum>(total));
}

}  // namespace cohort::cuda
