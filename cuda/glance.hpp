#pragma once
/// Looking at what others change.

#include <cstdint>

#include "cuda/gpu.hpp"

namespace cohort::cuda {

/// A value that other threads may be changing by atomics: some value it had.
template <class T>
__device__ T glance(const T* at) {
#if defined(__CUDACC__)
  return *const_cast<const volatile T*>(at);
#else
  return __atomic_load_n(at, __ATOMIC_RELAXED);
#endif
}

}  // namespace cohort::cuda
