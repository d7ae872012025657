#pragma once
/// Equal rows find each other in a hash table in the GPU's memory: open addressing, twice as many
/// slots as rows, 8 bytes a slot. A slot belongs to the rows equal to the one that claimed it and
/// holds the lowest of them: 32 bits of its hash, so that a different row is seldom looked at, over
/// its number, counted from 1. Hashes only propose: rows with equal bits of it are compared feature
/// by feature. So which thread comes first cannot show: the lowest of equal rows is what is left in
/// their slot, and groups are numbered by a scan over the rows that are their own lowest.
///
/// Traffic a row: 4 d bytes for the hash; 32 + 32 bytes of a sector claimed or looked at in a table
/// larger than the caches; 32 d bytes to compare a row with an equal one elsewhere (none where few
/// rows are distinct: they stay in the caches); 32 + 20 bytes to look up lowest rows and groups; 36
/// d for each distinct row's copy (8 d where most are distinct). 100M x 6, half of them distinct:
/// 24 + 64 + 96 + 52 + 50 = 290 bytes a row, 29 GB, 6 ms at 4.8 TB/s and perhaps 10 ms for sectors
/// at random; few distinct: 24 + 52 bytes, 2 ms. (A radix sort of 64-bit hashes with 32-bit indices
/// moves 8 x 24 bytes a row before it compares anything.)

#include <cstdint>

#include "cohort/distinct_arithmetic.hpp"

#include "cuda/data_set.hpp"
#include "cuda/exact_sums.cuh"
#include "cuda/glance.hpp"

namespace cohort::cuda {

inline constexpr unsigned kDistinctThreads = 256;

using Slot = unsigned long long;
inline constexpr Slot kFreeSlot = 0;

__device__ inline Slot slot_of(std::uint64_t hash, std::int64_t row) {
  return hash << 32 | static_cast<Slot>(row + 1);
}
__device__ inline std::uint32_t row_in(Slot slot) {
  return static_cast<std::uint32_t>(slot) - 1;
}

__device__ inline bool same_row(const Tiles& data, std::int64_t a, std::int64_t b) {
  for (std::int64_t j = 0; j < data.features; ++j) {
    if (identity(data.at(a, j)) != identity(data.at(b, j))) return false;
  }
  return true;
}

/// slots: free at first; place: each row's slot. A thread takes a row; a warp's rows lie side by
/// side. A slot that others claim meanwhile is met again by atomicCAS, and its rows never change
/// but to an equal one, so that an old look at it does no harm.
__global__ void __launch_bounds__(kDistinctThreads, 4)
    claim_slots(Tiles data, Slot* slots, std::uint64_t size, std::uint32_t* place) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kDistinctThreads + threadIdx.x;
  if (i >= data.rows) return;
  std::uint64_t hash = kNoHash;
  for (std::int64_t j = 0; j < data.features; ++j) hash = hash_with(hash, data.at(i, j));
  const Slot own = slot_of(hash, i);
  std::uint64_t slot = below(hash, size);
  for (;;) {
    Slot found = glance(slots + slot);
    if (found == kFreeSlot) found = atomicCAS(slots + slot, kFreeSlot, own);
    if (found == kFreeSlot) break;
    if (found >> 32 == own >> 32 && same_row(data, i, row_in(found))) {
      if (own < found) atomicMin(slots + slot, own);
      break;
    }
    slot = slot + 1 < size ? slot + 1 : 0;
  }
  place[i] = static_cast<std::uint32_t>(slot);
}

/// lowest: each row's slot, and then its lowest equal row. leads: for each block, how many of its
/// rows are their own.
__global__ void __launch_bounds__(kDistinctThreads, 4)
    find_lowest(std::int64_t n, const Slot* slots, std::uint32_t* lowest, std::int64_t* leads) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kDistinctThreads + threadIdx.x;
  bool leading = false;
  if (i < n) {
    lowest[i] = row_in(slots[lowest[i]]);
    leading = lowest[i] == i;
  }
  const int count = __syncthreads_count(leading ? 1 : 0);
  if (threadIdx.x == 0) leads[blockIdx.x] = count;
}

/// starts: for each block, the groups led by rows before it. group: of the rows that lead one;
/// first: of each group, the row that leads it.
__global__ void __launch_bounds__(kDistinctThreads, 4)
    number_groups(std::int64_t n, const std::uint32_t* lowest, const std::int64_t* starts,
                  std::int32_t* group, std::int64_t* first) {
  SHARED(leads, int[kDistinctThreads / 32]);
  const unsigned lane = threadIdx.x % 32;
  const unsigned warp = threadIdx.x / 32;
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kDistinctThreads + threadIdx.x;
  const bool leading = i < n && lowest[i] == i;
  const unsigned leaders = __ballot_sync(~0U, leading ? 1 : 0);
  if (lane == 0) leads[warp] = __popc(leaders);
  __syncthreads();
  if (!leading) return;
  std::int64_t number = starts[blockIdx.x] + __popc(leaders & ((1U << lane) - 1));
  for (unsigned w = 0; w < warp; ++w) number += leads[w];
  group[i] = static_cast<std::int32_t>(number);
  first[number] = i;
}

/// Groups whose rows a block counts in its own memory. Groups are numbered by first appearance, and
/// what most rows are alike in soon appears: where many would meet at one address, it is here.
inline constexpr std::int64_t kCrowded = 1024;

/// group: of the rows that lead one, and then of all. counts, weights: of each group, zero at
/// first; weights on the grid of `steps` a unit, where the data have them.
template <bool kWeighted>
__global__ void __launch_bounds__(kDistinctThreads, 4)
    join_groups(Tiles data, const std::uint32_t* lowest, std::int64_t groups, double steps,
                std::int32_t* group, WrappingSum* counts, WrappingSum* weights) {
  SHARED(crowd, unsigned[kCrowded]);
  SHARED(crowd_low, unsigned[kWeighted ? kCrowded : 1]);  // halves of their weights
  SHARED(crowd_high, unsigned[kWeighted ? kCrowded : 1]);
  const std::int64_t crowded = groups < kCrowded ? groups : kCrowded;
  for (std::int64_t g = threadIdx.x; g < crowded; g += kDistinctThreads) {
    crowd[g] = 0;
    if (kWeighted) crowd_low[g] = crowd_high[g] = 0;
  }
  __syncthreads();
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * kDistinctThreads;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kDistinctThreads + threadIdx.x;
       i < data.rows; i += stride) {
    const std::uint32_t leader = lowest[i];
    const std::int32_t own = group[leader];
    if (leader != i) group[i] = own;
    const std::uint64_t term =
        kWeighted ? grid_integer(static_cast<double>(data.weights[i]) * steps) : 0;
    if (own < kCrowded) {
      atomicAdd(&crowd[own], 1U);
      if (kWeighted) add_in_halves(term, &crowd_low[own], &crowd_high[own]);
    } else {
      atomicAdd(counts + own, WrappingSum{1});
      if (kWeighted) atomicAdd(weights + own, static_cast<WrappingSum>(term));
    }
  }
  __syncthreads();
  for (std::int64_t g = threadIdx.x; g < crowded; g += kDistinctThreads) {
    if (crowd[g] == 0) continue;
    atomicAdd(counts + g, static_cast<WrappingSum>(crowd[g]));
    if (kWeighted)
      atomicAdd(weights + g, static_cast<WrappingSum>(crowd_high[g]) << 32 | crowd_low[g]);
  }
}

/// totals: m on a grid; weights: tiles of 32, zero behind the last.
__global__ void __launch_bounds__(kDistinctThreads, 4)
    weigh_groups(const WrappingSum* totals, std::int64_t m, Grid grid, float* weights) {
  const std::int64_t g = static_cast<std::int64_t>(blockIdx.x) * kDistinctThreads + threadIdx.x;
  if (g >= (m + kTileRows - 1) / kTileRows * kTileRows) return;
  weights[g] =
      g < m ? static_cast<float>(from_grid(static_cast<std::int64_t>(totals[g]), grid)) : 0.0F;
}

}  // namespace cohort::cuda
