#pragma once
/// Kernels with one bug each, and (FIXED) the same without it. A comment "<- name" marks the line
/// that is to be blamed.

#include "cuda/async_copy.hpp"
#include "cuda/gpu.hpp"

namespace planted {

namespace cg = cooperative_groups;

// ---------------------------------------------------------------- barriers

/// Reads another's value before it is there.
template <bool FIXED>
__global__ void missing_barrier(const float* x, float* out) {
  SHARED(buffer, float[128]);
  buffer[threadIdx.x] = x[threadIdx.x];
  if (FIXED) __syncthreads();
  out[threadIdx.x] = buffer[127 - threadIdx.x];  // <- missing_barrier
}

/// Writes the next round's value before the last round's has been read.
template <bool FIXED>
__global__ void missing_second_barrier(const float* x, float* out) {
  SHARED(buffer, float[128]);
  float sum = 0;
  for (int round = 0; round < 3; ++round) {
    buffer[threadIdx.x] = x[threadIdx.x] + static_cast<float>(round);  // <- missing_second_barrier
    __syncthreads();
    sum += buffer[(threadIdx.x + 1) % 128];
    if (FIXED) __syncthreads();
  }
  out[threadIdx.x] = sum;
}

/// Lanes swap through shared memory.
template <bool FIXED>
__global__ void missing_syncwarp(float* out) {
  SHARED(buffer, float[32]);
  buffer[threadIdx.x] = static_cast<float>(threadIdx.x);
  if (FIXED) __syncwarp();
  out[threadIdx.x] = buffer[threadIdx.x ^ 1U];  // <- missing_syncwarp
}

/// Copies that go on while the thread does other things.
template <bool FIXED>
__global__ void missing_wait_for_copies(const float* x, float* out) {
  SHARED(buffer, float[128]);
  if (threadIdx.x < 32)
    cohort::cuda::copy_16_bytes_async(buffer + 4 * threadIdx.x, x + 4 * threadIdx.x);
  cohort::cuda::end_copy_group();
  if (FIXED) cohort::cuda::wait_for_copies<0>();
  __syncthreads();
  if (blockIdx.x == 0) out[threadIdx.x] = buffer[127 - threadIdx.x];
}

inline __global__ void early_exit(unsigned threads) {
  if (threadIdx.x >= threads) return;
  __syncthreads();  // <- early_exit
}

inline __global__ void early_exit_after_writing(int* out) {
  out[threadIdx.x] = 1;
  if (threadIdx.x != 0) __syncthreads();
}

inline __global__ void two_barriers(unsigned threads) {
  if (threadIdx.x < threads)
    __syncthreads();  // <- one_barrier
  else
    __syncthreads();  // <- other_barrier
}

inline __global__ void barrier_and_syncwarp(unsigned threads) {
  if (threadIdx.x < threads)
    __syncthreads();  // <- barrier_of_mixed
  else
    __syncwarp();
}

inline __global__ void uneven_loop() {
  for (unsigned i = 0; i <= threadIdx.x / 32; ++i) __syncthreads();  // <- uneven_loop
}

// ---------------------------------------------------------------- warps

inline __global__ void shuffle_from_absent_lane(int* out) {
  int v = static_cast<int>(threadIdx.x);
  if (threadIdx.x < 16) v = __shfl_down_sync(0xffffU, v, 8);  // <- absent_lane
  out[threadIdx.x] = v;
}

inline __global__ void caller_not_in_mask(int* out) {
  out[threadIdx.x] = __any_sync(0xffffU, 1);  // <- not_in_mask
}

inline __global__ void different_collectives(int* out) {
  if (threadIdx.x < 16)
    out[threadIdx.x] = __shfl_xor_sync(~0U, 1, 1);
  else
    out[threadIdx.x] = __any_sync(~0U, 1);  // <- other_collective
}

inline __global__ void shuffle_that_half_a_warp_reaches(int* out) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_sync(~0U, 1, 0);  // <- half_a_warp
  __syncthreads();                                                  // <- other_half
}

// ---------------------------------------------------------------- bounds

template <bool FIXED>
__global__ void static_shared_overrun(float* out) {
  SHARED(a, float[32]);
  SHARED(b, float[32]);
  a[threadIdx.x] = 1;
  b[threadIdx.x] = 2;
  __syncthreads();
  out[threadIdx.x] = (&a[0])[threadIdx.x + (FIXED ? 0 : 1)] + b[0];  // <- static_shared_overrun
}

template <bool FIXED>
__global__ void dynamic_shared_overrun(float* out) {
  DYNAMIC_SHARED(a, float);
  a[threadIdx.x] = 1;
  __syncthreads();
  out[threadIdx.x] = a[threadIdx.x + (FIXED ? 0 : 1)];  // <- dynamic_shared_overrun
}

template <bool FIXED>
__global__ void global_overrun(float* out, int n) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (FIXED ? i < n : i <= n) out[i] = 1;  // <- global_overrun
}

inline __global__ void misaligned(const float* x, float* out) {
  out[threadIdx.x] = reinterpret_cast<const float4*>(x + 1)->x;  // <- misaligned
}

/// Block 0 reads what is block 1's, who may have ended. \param early  finds it while it is there
template <bool FIXED>
__global__ void peer_gone(bool early, int* out) {
  SHARED(value, int);
  const auto cluster = cg::this_cluster();
  if (threadIdx.x == 0) value = static_cast<int>(cluster.block_rank()) + 1;
  cluster.sync();
  const int* peers = nullptr;
  if (early) peers = cluster.map_shared_rank(&value, cluster.block_rank() ^ 1U);
  if (blockIdx.x == 0)
    for (int i = 0; i < 100; ++i) __nanosleep(100);
  if (!early) peers = cluster.map_shared_rank(&value, cluster.block_rank() ^ 1U);
  if (threadIdx.x == 0) out[blockIdx.x] = *peers;  // <- peer_gone
  if (FIXED) cluster.sync();
}

inline __global__ void too_much_static_shared() {
  SHARED(a, float[7000]);
  SHARED(b, float[7000]);
  a[threadIdx.x] = b[threadIdx.x] = 0;
}

// ---------------------------------------------------------------- races

template <bool FIXED>
__global__ void plain_add(int* counter) {
  if (FIXED)
    atomicAdd(counter, 1);
  else
    *counter += 1;  // <- plain_add
}

/// Two blocks write one cell.
template <bool FIXED>
__global__ void race_of_blocks(int* cell) {
  if (threadIdx.x != 0) return;
  if (FIXED)
    atomicMax(cell, static_cast<int>(blockIdx.x));
  else
    *cell = static_cast<int>(blockIdx.x);  // <- race_of_blocks
}

/// The last block sums up what all have left, without a fence.
template <bool FIXED>
__global__ void missing_fence(const float* x, float* parts, unsigned* tickets, float* total) {
  SHARED(last, bool);
  if (threadIdx.x == 0) {
    parts[blockIdx.x] = x[blockIdx.x];
    if (FIXED) __threadfence();
    last = atomicAdd(tickets, 1U) == gridDim.x - 1;
    if (FIXED) __threadfence();
  }
  __syncthreads();
  if (!last || threadIdx.x != 0) return;
  float sum = 0;
  for (unsigned i = 0; i < gridDim.x; ++i) sum += parts[i];  // <- missing_fence
  *total = sum;
}

/// Shuffles exchange values and order nothing else.
template <bool FIXED>
__global__ void shuffle_for_barrier(int* out) {
  SHARED(value, int);
  if (threadIdx.x == 0) value = 7;
  if (FIXED)
    __syncwarp();
  else
    (void)__shfl_sync(~0U, 1, 0);
  out[threadIdx.x] = value;  // <- shuffle_for_barrier
}

// ---------------------------------------------------------------- whole grids

/// What every block left, summed by all of them.
inline __global__ void sum_of_grid(int* values, int* sums) {
  if (threadIdx.x == 0) values[blockIdx.x] = static_cast<int>(blockIdx.x) + 1;
  cg::this_grid().sync();
  if (threadIdx.x != 0) return;
  int sum = 0;
  for (unsigned i = 0; i < gridDim.x; ++i) sum += values[i];
  sums[blockIdx.x] = sum;
}

}  // namespace planted
