#pragma once
/// Drawing rows by integer terms: a draw takes the first row whose prefix sum exceeds u. Terms are
/// summed by chunks of whole tiles, a block turns the chunks' sums into prefix sums, and a warp
/// finds a draw's chunk by halving and its row within the chunk 32 rows at a time. How large chunks
/// are changes nothing but time: about 30,000 of them cost one block 10 us to sum up, and 2048 rows
/// a warp 4 us to search.

#include "cuda/data_set.hpp"
#include "cuda/exact_sums.cuh"

namespace cohort::cuda {

/// How rows are cut into chunks: an even number of tiles each.
struct DrawChunks {
  std::int64_t tiles;  ///< in a chunk
  std::int64_t count;

  explicit DrawChunks(const Tiles& data) {
    constexpr std::int64_t kMost = 32768;
    const std::int64_t pairs = (data.tiles() + 1) / 2;
    tiles = 2 * ((pairs + kMost - 1) / kMost);
    count = (data.tiles() + tiles - 1) / tiles;
  }
};

/// Called by a whole block of at most 1024 threads: each thread's sum over the threads before it.
/// \param total  of all, for every thread
__device__ inline std::uint64_t sum_before(std::uint64_t term, std::uint64_t& total) {
  SHARED(of_warps, std::uint64_t[32]);
  const unsigned lane = threadIdx.x % 32;
  const unsigned warp = threadIdx.x / 32;
  std::uint64_t up_to = term;
#pragma unroll
  for (unsigned offset = 1; offset < 32; offset *= 2) {
    const std::uint64_t other = __shfl_up_sync(~0U, up_to, offset);
    if (lane >= offset) up_to += other;
  }
  __syncthreads();  // whoever still reads the last totals
  if (lane == 31) of_warps[warp] = up_to;
  __syncthreads();
  std::uint64_t before = 0;
  total = 0;
  for (unsigned w = 0; w < blockDim.x / 32; ++w) {
    if (w == warp) before = total;
    total += of_warps[w];
  }
  return before + up_to - term;
}

/// Called by a whole block: each of `count` sums becomes the sum of those before it. Returns the
/// sum of all.
__device__ inline std::uint64_t sums_to_prefixes(std::uint64_t* sums, std::int64_t count) {
  const std::int64_t each = (count + blockDim.x - 1) / blockDim.x;
  const std::int64_t first = threadIdx.x * each;
  const std::int64_t last = first + each < count ? first + each : count;
  std::uint64_t mine = 0;
  for (std::int64_t i = first; i < last; ++i) mine += sums[i];
  std::uint64_t total = 0;
  std::uint64_t before = sum_before(mine, total);
  for (std::int64_t i = first; i < last; ++i) {
    const std::uint64_t sum = sums[i];
    sums[i] = before;
    before += sum;
  }
  __syncthreads();
  return total;
}

/// A drawn row, and the sum of the terms before it.
struct Drawn {
  std::int64_t row;
  std::uint64_t before;
};

/// Called by a whole warp: the first row whose prefix sum exceeds u, which is below the sum of all
/// terms. \param prefixes  of the chunks  \param term  term(row), for rows that exist
template <class Term>
__device__ Drawn find_row(std::uint64_t u, const std::uint64_t* prefixes, const DrawChunks& chunks,
                          const Tiles& data, const Term& term) {
  std::int64_t chunk = 0;
  for (std::int64_t end = chunks.count; end - chunk > 1;) {
    const std::int64_t middle = chunk + (end - chunk) / 2;
    if (prefixes[middle] <= u)
      chunk = middle;
    else
      end = middle;
  }
  std::uint64_t before = prefixes[chunk];
  for (std::int64_t row = chunk * chunks.tiles * kTileRows + threadIdx.x % 32;; row += kTileRows) {
    const std::uint64_t mine = row < data.rows ? static_cast<std::uint64_t>(term(row)) : 0;
    std::uint64_t up_to = mine;
#pragma unroll
    for (unsigned offset = 1; offset < 32; offset *= 2) {
      const std::uint64_t other = __shfl_up_sync(~0U, up_to, offset);
      if (threadIdx.x % 32 >= offset) up_to += other;
    }
    const unsigned beyond = __ballot_sync(~0U, before + up_to > u);
    if (beyond != 0) {
      const int lane = __ffs(static_cast<int>(beyond)) - 1;
      return {__shfl_sync(~0U, row, lane), __shfl_sync(~0U, before + up_to - mine, lane)};
    }
    before += __shfl_sync(~0U, up_to, 31);
  }
}

}  // namespace cohort::cuda
