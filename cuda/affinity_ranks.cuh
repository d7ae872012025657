#pragma once
/// Passes over all pairs that find similarities by their order: the extremes, and a value by its
/// rank. A warp takes 4 rows by all columns; nothing is stored but counts.
///
/// A rank is found two bits a pass, from the top: each lane adds, for its rows, the weights of the
/// columns whose similarity lies below each of three pivots, in registers - no histogram, so no two
/// lanes ever meet, whatever the values are. A row's own weight is multiplied in at the end
/// (products of 82 bits, split at bit 40 to be added in 64), and the last block to finish chooses
/// the two bits. 16 passes of 2 d + 0.7 d + 13 instructions a pair: about 8 iterations of the
/// messages at d = 6, 45 ms at n = 50,000 on an H200 (132 x 128 x 1.75 GHz), once a fit.

#include <limits>

#include "cohort/similarity_ranks.hpp"

#include "cuda/affinity_similarities.cuh"
#include "cuda/exact_sums.cuh"

namespace cohort::cuda {

inline constexpr int kLastOrder = std::numeric_limits<int>::max();
inline constexpr int kFirstOrder = std::numeric_limits<int>::min();

/// order_of() the least and the largest w_i s(i,j), i != j.
struct OrderRange {
  int least = kLastOrder;
  int largest = kFirstOrder;
};

/// The least over a warp, in lane 0.
__device__ inline int warp_least(int value) {
  for (unsigned offset = 16; offset > 0; offset /= 2)
    value = min(value, __shfl_down_sync(~0U, value, offset));
  return value;
}

template <class Source>
__global__ void __launch_bounds__(kPairThreads, 2)
    find_order_range(Source source, OrderRange* range) {
  const std::int64_t row = first_row_of_warp<4>();
  float weight[4];
#pragma unroll
  for (int r = 0; r < 4; ++r) weight[r] = row + r < source.rows() ? source.weight(row + r) : 0.0F;
  int least = kLastOrder;
  int largest = kFirstOrder;
  over_pairs<4>(source, row, weight, [&](int r, std::int64_t column, float s) {
    if (row + r == column || row + r >= source.rows() || column >= source.rows()) return;
    least = min(least, order_of(s));
    largest = max(largest, order_of(s));
  });
  least = warp_least(least);
  largest = ~warp_least(~largest);
  if (threadIdx.x % 32 != 0) return;
  atomicMin(&range->least, least);
  atomicMax(&range->largest, largest);
}

/// The search for a rank, between two passes.
struct RankSearch {
  PairWeight rank = 0;
  PairWeight zeros = 0;
  PairWeight up_to = 0;      ///< the weight of all values whose digits do not exceed the prefix
  std::uint32_t prefix = 0;  ///< of digits_of(), the bits from `shift` + 2 up
  int shift = 30;
  WrappingSum low[3] = {};   ///< weights below the pivots, their lowest 40 bits
  WrappingSum high[3] = {};  ///< and the others
  unsigned blocks_done = 0;

  [[nodiscard]] __device__ int pivot(unsigned k) const {
    return order_at(prefix | ((k + 1) << shift));
  }
};
inline constexpr int kLowBits = 40;

/// By one thread, when all pairs are counted.
__device__ inline void choose_digit(RankSearch& search) {
  unsigned digit = 0;
  PairWeight up_to = search.up_to;
  for (unsigned k = 3; k-- > 0;) {
    PairWeight below = (static_cast<PairWeight>(atomicExch(&search.high[k], 0ULL)) << kLowBits) +
                       atomicExch(&search.low[k], 0ULL);
    if (order_of(0.0F) < search.pivot(k)) below += search.zeros;
    if (below >= search.rank)
      up_to = below;
    else if (digit == 0)
      digit = k + 1;
  }
  search.up_to = up_to;
  search.prefix |= digit << search.shift;
  search.shift -= 2;
  atomicExch(&search.blocks_done, 0U);  // others have touched it, and no fence lies behind that
}

/// pair_weights: padded(), 0 behind the last.
template <class Source>
__global__ void __launch_bounds__(kPairThreads, 2)
    count_below_pivots(Source source, const std::uint64_t* pair_weights, RankSearch* search) {
  SHARED(warp_low, WrappingSum[kPairWarps][3]);
  SHARED(warp_high, WrappingSum[kPairWarps][3]);
  const std::int64_t row = first_row_of_warp<4>();
  const float unweighted[4] = {1, 1, 1, 1};
  const int pivot[3] = {search->pivot(0), search->pivot(1), search->pivot(2)};
  std::uint64_t below[4][3] = {};
  over_pairs<4>(source, row, unweighted, [&](int r, std::int64_t column, float s) {
    const int order = order_of(s);
    const std::uint64_t weight = row + r == column ? 0 : pair_weights[column];
#pragma unroll
    for (int k = 0; k < 3; ++k) below[r][k] += order < pivot[k] ? weight : 0;
  });
#pragma unroll
  for (int k = 0; k < 3; ++k) {
    PairWeight total = 0;
#pragma unroll
    for (int r = 0; r < 4; ++r)
      total += static_cast<PairWeight>(below[r][k]) * pair_weights[row + r];
    const WrappingSum low =
        warp_total(static_cast<WrappingSum>(total) & ((WrappingSum{1} << kLowBits) - 1));
    const WrappingSum high = warp_total(static_cast<WrappingSum>(total >> kLowBits));
    if (threadIdx.x % 32 != 0) continue;
    warp_low[threadIdx.x / 32][k] = low;
    warp_high[threadIdx.x / 32][k] = high;
  }
  __syncthreads();
  if (threadIdx.x != 0) return;
  for (int k = 0; k < 3; ++k) {
    WrappingSum low = 0;
    WrappingSum high = 0;
    for (int warp = 0; warp < kPairWarps; ++warp) {
      low += warp_low[warp][k];
      high += warp_high[warp][k];
    }
    atomicAdd(&search->low[k], low);
    atomicAdd(&search->high[k], high);
  }
  __threadfence();
  if (atomicAdd(&search->blocks_done, 1U) + 1 < gridDim.x) return;
  __threadfence();
  choose_digit(*search);
}

/// The least order above `order` among pairs of weight.
template <class Source>
__global__ void __launch_bounds__(kPairThreads, 2)
    find_next_above(Source source, const std::uint64_t* pair_weights, int order, int* next) {
  const std::int64_t row = first_row_of_warp<4>();
  const float unweighted[4] = {1, 1, 1, 1};
  bool counts[4];
#pragma unroll
  for (int r = 0; r < 4; ++r) counts[r] = pair_weights[row + r] != 0;
  int least = kLastOrder;
  over_pairs<4>(source, row, unweighted, [&](int r, std::int64_t column, float s) {
    const int other = order_of(s);
    if (other > order && row + r != column && counts[r] && pair_weights[column] != 0)
      least = min(least, other);
  });
  least = warp_least(least);
  if (threadIdx.x % 32 == 0) atomicMin(next, least);
}

}  // namespace cohort::cuda
