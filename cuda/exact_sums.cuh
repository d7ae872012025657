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

/// The largest of a whole warp, in lane 0.
__device__ inline unsigned warp_largest(unsigned value) {
  for (unsigned offset = 16; offset > 0; offset /= 2)
    value = max(value, __shfl_down_sync(~0U, value, offset));
  return value;
}

/// Called by a whole warp: adds all lanes' terms to a sum in the GPU's memory.
__device__ inline void add_warp_total(std::uint64_t term, WrappingSum* sum) {
  const std::uint64_t total = warp_total(term);
  if (threadIdx.x % 32 == 0) atomicAdd(sum, static_cast<WrappingSum>(total));
}

/// Adds to a sum in shared memory, which has native atomics for 32 bits only: in two halves, the
/// carry along with the upper. Whoever reads the halves once all have added sees the sum.
__device__ inline void add_in_halves(std::uint64_t term, unsigned* low, unsigned* high) {
  const auto part = static_cast<unsigned>(term);
  const unsigned before = atomicAdd(low, part);
  const unsigned carry = before + part < part ? 1 : 0;
  atomicAdd(high, static_cast<unsigned>(term >> 32) + carry);
}

}  // namespace cohort::cuda
