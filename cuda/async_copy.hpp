#pragma once
/// Copies from global to shared memory that go on while the thread does other things, and memory
/// fetched before it is needed. (The emulation copies when the wait comes, so that a missing wait
/// shows.)

#include "cuda/gpu.hpp"

namespace cohort::cuda {

/// 16 bytes, both sides aligned to 16.
__device__ __forceinline__ void copy_16_bytes_async([[maybe_unused]] void* to,
                                                    [[maybe_unused]] const void* from) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(
                   static_cast<unsigned>(__cvta_generic_to_shared(to))),
               "l"(from)
               : "memory");
#elif !defined(__CUDACC__)
  [[maybe_unused]] const emu::Quiet quiet;
  emu::self().copies.push_back({to, from, emu::self().groups});
#elif defined(__CUDA_ARCH__)  // older GPUs wait
  *static_cast<uint4*>(to) = *static_cast<const uint4*>(from);
#endif
}

/// The thread's copies since the last call are a group.
__device__ __forceinline__ void end_copy_group() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;" ::: "memory");
#elif !defined(__CUDACC__)
  [[maybe_unused]] const emu::Quiet quiet;
  ++emu::self().groups;
#endif
}

/// Until all of the thread's copies but those of its newest N groups are there. Other threads see
/// them after a barrier.
template <int N>
__device__ __forceinline__ void wait_for_copies() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory");
#elif !defined(__CUDACC__)
  // What is due is the emulation's own business; the copy itself is the kernel's.
  const auto take_due = [](emu::Thread::Copy& copy) {
    [[maybe_unused]] const emu::Quiet quiet;
    emu::Thread& thread = emu::self();
    if (thread.copies.empty() || thread.copies.front().group + N >= thread.groups) return false;
    copy = thread.copies.front();
    thread.copies.erase(thread.copies.begin());
    return true;
  };
  for (emu::Thread::Copy due{}; take_due(due);) std::memcpy(due.dst, due.src, 16);
#endif
}

/// The line at `address` will be wanted soon.
__device__ __forceinline__ void prefetch([[maybe_unused]] const void* address) {
#if defined(__CUDA_ARCH__)
  asm volatile("prefetch.global.L2 [%0];" ::"l"(address));
#endif
}

}  // namespace cohort::cuda
