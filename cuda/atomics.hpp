#pragma once
/// What CUDA's atomics lack.

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

/// Raises *largest to `value` where it is below. Most threads of many only look.
template <class T>
__device__ void raise(T* largest, T value) {
  if (value > glance(largest)) atomicMax(largest, value);
}
/// Lowers *smallest to `value` where it is above.
template <class T>
__device__ void lower(T* smallest, T value) {
  if (value < glance(smallest)) atomicMin(smallest, value);
}

/// Adds to a sum in the GPU's memory; it wraps, and is right at the end.
__device__ inline void add_to(std::int64_t* sum, std::uint64_t term) {
#if defined(__CUDACC__)
  atomicAdd(reinterpret_cast<unsigned long long*>(sum), static_cast<unsigned long long>(term));
#else
  atomicAdd(sum, static_cast<std::int64_t>(term));
#endif
}

/// A 64-bit sum in shared memory, where hardware adds 32 bits at a time. It wraps, and is right at
/// the end.
struct SharedSum {
  unsigned low, high;

  __device__ void add(std::uint64_t term) {
    const auto low_term = static_cast<unsigned>(term);
    const unsigned carry = atomicAdd(&low, low_term) + low_term < low_term ? 1 : 0;
    const unsigned high_term = static_cast<unsigned>(term >> 32) + carry;
    if (high_term != 0) atomicAdd(&high, high_term);
  }
  [[nodiscard]] __device__ std::uint64_t value() const {
    return static_cast<std::uint64_t>(high) << 32 | low;
  }
};

}  // namespace cohort::cuda
