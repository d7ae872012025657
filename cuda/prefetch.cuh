#pragma once
/// A hint that a cache line will be read: it is fetched into the second-level cache, and nobody
/// waits.

#include "cuda/gpu.hpp"

namespace cohort::cuda {

__device__ inline void prefetch([[maybe_unused]] const void* line) {
#if defined(__CUDA_ARCH__)
  asm volatile("prefetch.global.L2 [%0];" ::"l"(line));
#endif
}

}  // namespace cohort::cuda
