#pragma once
/// Greedy k-means++ (Arthur & Vassilvitskii 2007) for all restarts in one launch, by the draws of
/// cohort/kmeans_rules.hpp. For each centre two passes over the data and three waits of the grid:
///   try     what potential each of a restart's candidates would leave, and the largest term in it,
///           from which the next grid follows: no pass of its own;
///   settle  every block picks each restart's winner and takes it into the nearest distances; the
///           terms' sums of the chunks of rows come out;
///   draw    a block for each restart: prefix sums, and a warp for each candidate.
/// The first centre passes through `try` as the only candidate.
///
/// Bytes a row for each centre: 8 d, 12 for each restart (4 d and 4 in try, 4 d and 8 in settle).
/// Arithmetic: 2 D + 25 instructions for each candidate, half of them to bring 32 lanes together.
/// 100M x 6, k = 4, ten restarts: 17 GB a centre, 3.5 ms, and 3 candidates each: 100M x 30 x 45
/// instructions, 4 ms; three such centres.

#include "cuda/draws.cuh"
#include "cuda/kmeans_passes.hpp"
#include "cuda/kmeans_restarts.hpp"
#include "cuda/row_pairs.cuh"

namespace cohort::cuda {

/// What a candidate would leave. `largest` is the upper half of the largest term, a double.
struct Trial {
  WrappingSum potential;
  unsigned largest;
};

enum class StartRefusal : std::int32_t { none, too_few_distinct, too_far_apart };
struct RefusedStart {
  StartRefusal why;
  std::int64_t center;  ///< that could not be drawn
};

struct PlusPlusWork {
  Tiles data;
  DrawChunks chunks;
  Restarts restarts;
  std::uint64_t seed;
  std::int64_t first_restart;
  int trials;                 ///< candidates for a centre
  int bits;                   ///< of a term
  std::int64_t point_size;    ///< d, padded so that points lie on 16 bytes
  const std::int64_t* first;  ///< each restart's first row
  float* nearest;             ///< restarts x lanes: distances from the nearest centre
  std::uint64_t* prefixes;    ///< restarts x chunks
  float* candidates;          ///< restarts x trials x point_size
  Trial* tried;               ///< restarts x trials, zero at first
  RefusedStart* refused;      ///< zero at first

  [[nodiscard]] __device__ float* candidate(std::int64_t restart, std::int64_t trial) const {
    return candidates + (restart * trials + trial) * point_size;
  }
  /// \param nearest_value  of that row
  [[nodiscard]] __device__ double weighted(std::int64_t row, float nearest_value) const {
    const auto value = static_cast<double>(nearest_value);
    return data.weights == nullptr ? value : static_cast<double>(data.weights[row]) * value;
  }
  /// Before there is a centre: infinitely far, but 0 where a row must never be drawn.
  [[nodiscard]] __device__ float first_nearest(std::int64_t row) const {
    return data.weight(row) > 0 ? __int_as_float(0x7f800000) : 0.0F;
  }
};

/// The upper half of a term, which is in order like the terms, and the term that it stands for.
__device__ inline unsigned upper_half(double term) {
  return static_cast<unsigned>(bits_of(term) >> 32);
}
inline constexpr unsigned kUpperInfinity = 0x7ff00000;
__device__ inline double of_upper_half(unsigned upper) {
  return double_of(static_cast<std::uint64_t>(upper) << 32);
}

/// A restart's centre to come.
struct Choice {
  int winner;    ///< of the candidates
  double steps;  ///< of the grid for the terms that it leaves
};

/// Called by a whole block, all blocks alike: picks each restart's centre number `center` from its
/// candidates. Returns whether drawing the next is refused.
__device__ inline bool choose(const PlusPlusWork& work, std::int64_t center, Choice* choices) {
  SHARED(refusing, int);
  const auto count = static_cast<int>(work.restarts.count);
  if (threadIdx.x == 0) refusing = count;
  __syncthreads();
  const auto r = static_cast<int>(threadIdx.x);
  unsigned largest = 0;
  if (r < count) {
    const Trial* const tried = work.tried + static_cast<std::int64_t>(r) * work.trials;
    int winner = 0;
    if (center > 0)
      for (int t = 1; t < work.trials; ++t)
        if (tried[t].potential < tried[winner].potential) winner = t;
    largest = tried[winner].largest;
    choices[r] = {winner, grid_of_bits(of_upper_half(largest), work.bits).steps_per_unit()};
    if (largest == 0 || largest >= kUpperInfinity) atomicMin(&refusing, r);
  }
  __syncthreads();
  if (center + 1 == work.restarts.layout.clusters || refusing == count) return false;
  if (blockIdx.x == 0 && r == refusing)
    *work.refused = {largest == 0 ? StartRefusal::too_few_distinct : StartRefusal::too_far_apart,
                     center + 1};
  return true;
}

/// Called by a whole block: the chosen candidates become centres.
__device__ inline void place(const PlusPlusWork& work, std::int64_t center, const Choice* choices) {
  const CenterLayout& layout = work.restarts.layout;
  for (std::int64_t r = 0; r < work.restarts.count; ++r)
    for (std::int64_t j = threadIdx.x; j < layout.features; j += blockDim.x)
      work.restarts.centers_of(r)[layout.at(center, j)] = work.candidate(r, choices[r].winner)[j];
}

/// Takes the chosen centres into the nearest distances, and sums the terms of each chunk.
/// \param memory  an integer for each warp and restart
template <int D>
__device__ void settle(const PlusPlusWork& work, bool first, const Choice* choices,
                       std::uint64_t* memory) {
  const Tiles& data = work.data;
  const auto count = static_cast<int>(work.restarts.count);
  const auto lane = static_cast<int>(threadIdx.x % 32);
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (blockDim.x / 32);
  std::uint64_t* const sums = memory + static_cast<int>(threadIdx.x / 32) * count;
  for (std::int64_t chunk =
           static_cast<std::int64_t>(blockIdx.x) * (blockDim.x / 32) + threadIdx.x / 32;
       chunk < work.chunks.count; chunk += warps) {
    for (int r = lane; r < count; r += 32) sums[r] = 0;
    __syncwarp();
    const std::int64_t end = (chunk + 1) * work.chunks.tiles;
    const std::int64_t last = end < data.tiles() ? end : data.tiles();
    for (std::int64_t tile = chunk * work.chunks.tiles; tile < last; tile += 2) {
      const RowPair<D> rows(data, static_cast<int>(tile));
      const PairRows at(data, static_cast<int>(tile));
      for (int r = 0; r < count; ++r) {
        float* const nearest = work.nearest + r * work.restarts.lanes;
        float distance[2];
        rows.distances(work.candidate(r, choices[r].winner), distance);
        std::uint64_t term = 0;
#pragma unroll
        for (int p = 0; p < 2; ++p) {
          if (!at.exists[p]) continue;
          const float before = first ? work.first_nearest(at.row(p)) : nearest[at.row(p)];
          const float after = distance[p] < before ? distance[p] : before;
          nearest[at.row(p)] = after;
          term += grid_integer(work.weighted(at.row(p), after) * choices[r].steps);
        }
        const std::uint64_t total = warp_total(term);
        if (lane == 0) sums[r] += total;
      }
    }
    __syncwarp();
    for (int r = lane; r < count; r += 32) work.prefixes[r * work.chunks.count + chunk] = sums[r];
    __syncwarp();
  }
}

/// Called by a whole block: draws a restart's candidates for a centre, and forgets the last ones.
__device__ inline void draw(const PlusPlusWork& work, std::int64_t restart, std::int64_t center,
                            double steps) {
  std::uint64_t* const prefixes = work.prefixes + restart * work.chunks.count;
  const float* const nearest = work.nearest + restart * work.restarts.lanes;
  const auto total = static_cast<std::int64_t>(sums_to_prefixes(prefixes, work.chunks.count));
  for (int t = static_cast<int>(threadIdx.x / 32); t < work.trials;
       t += static_cast<int>(blockDim.x / 32)) {
    const std::uint64_t u = start_draw(work.seed, work.first_restart + restart,
                                       plus_plus_index(center, work.trials, t), total);
    const Drawn drawn = find_row(u, prefixes, work.chunks, work.data, [&](std::int64_t row) {
      return grid_integer(work.weighted(row, nearest[row]) * steps);
    });
    for (std::int64_t j = threadIdx.x % 32; j < work.data.features; j += 32)
      work.candidate(restart, t)[j] = work.data.at(drawn.row, j);
    if (threadIdx.x % 32 == 0) work.tried[restart * work.trials + t] = {0, 0};
  }
}

/// The potential and the largest term that each candidate would leave.
/// \param first   there is no centre yet, and one candidate: its potential is of no use
/// \param memory  three integers of 32 bits for each restart and candidate
template <int D>
__device__ void try_candidates(const PlusPlusWork& work, bool first, const Choice* choices,
                               unsigned* memory) {
  const Tiles& data = work.data;
  const auto count = static_cast<int>(work.restarts.count);
  const int all = count * work.trials;
  unsigned* const low = memory;
  unsigned* const high = memory + all;
  unsigned* const largest = memory + 2 * all;
  for (int i = static_cast<int>(threadIdx.x); i < 3 * all; i += static_cast<int>(blockDim.x))
    memory[i] = 0;
  __syncthreads();
  const int pairs = pairs_of(data);
  for (int pair = first_pair(); pair < pairs; pair += pair_step()) {
    const RowPair<D> rows(data, 2 * pair);
    const PairRows at(data, 2 * pair);
    for (int r = 0; r < count; ++r) {
      const float* const nearest = work.nearest + r * work.restarts.lanes;
      float before[2];
#pragma unroll
      for (int p = 0; p < 2; ++p)
        before[p] = !at.exists[p] ? 0.0F
                    : first       ? work.first_nearest(at.row(p))
                                  : nearest[at.row(p)];
      const double steps = first ? 0 : choices[r].steps;
      for (int t = 0; t < (first ? 1 : work.trials); ++t) {
        float distance[2];
        rows.distances(work.candidate(r, t), distance);
        std::uint64_t term = 0;
        unsigned most = 0;
#pragma unroll
        for (int p = 0; p < 2; ++p) {
          if (!at.exists[p]) continue;
          const float after = distance[p] < before[p] ? distance[p] : before[p];
          const double weighted = work.weighted(at.row(p), after);
          term += grid_integer(weighted * steps);
          most = max(most, upper_half(weighted));
        }
        term = warp_total(term);
        most = warp_largest(most);
        if (threadIdx.x % 32 != 0) continue;
        add_in_halves(term, low + r * work.trials + t, high + r * work.trials + t);
        atomicMax(largest + r * work.trials + t, most);
      }
    }
  }
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < all; i += static_cast<int>(blockDim.x)) {
    atomicAdd(&work.tried[i].potential, static_cast<WrappingSum>(high[i]) << 32 | low[i]);
    atomicMax(&work.tried[i].largest, largest[i]);
  }
  __syncthreads();
}

/// All centres of all restarts, or word why not. Cooperative. At least two clusters.
template <int D>
__global__ void __launch_bounds__(pair_threads(D), 1)
    plus_plus(const __grid_constant__ PlusPlusWork work, PassCount passes) {
  SHARED(choices, Choice[kMostRestarts]);
  DYNAMIC_SHARED(memory, std::uint64_t);
  unsigned* const halves = reinterpret_cast<unsigned*>(memory);
  const auto grid = cooperative_groups::this_grid();
  for (std::int64_t r = blockIdx.x; r < work.restarts.count; r += gridDim.x)
    for (std::int64_t j = threadIdx.x; j < work.data.features; j += blockDim.x)
      work.candidate(r, 0)[j] = work.data.at(work.first[r], j);
  grid.sync();
  try_candidates<D>(work, true, choices, halves);
  grid.sync();
  for (std::int64_t center = 0;; ++center) {
    if (choose(work, center, choices)) return;
    if (blockIdx.x == 0) place(work, center, choices);
    if (center + 1 == work.restarts.layout.clusters) return;
    settle<D>(work, center == 0, choices, memory);
    grid.sync();
    for (std::int64_t r = blockIdx.x; r < work.restarts.count; r += gridDim.x)
      draw(work, r, center + 1, choices[r].steps);
    grid.sync();
    try_candidates<D>(work, false, choices, halves);
    passes.tell(center + 1);
    grid.sync();
  }
}

/// Dynamic shared memory of plus_plus().
[[nodiscard]] inline std::size_t plus_plus_memory(const PlusPlusWork& work, unsigned threads) {
  const std::int64_t settling = 8 * (threads / 32) * work.restarts.count;
  const std::int64_t trying = 12 * work.trials * work.restarts.count;
  return static_cast<std::size_t>(settling > trying ? settling : trying);
}

}  // namespace cohort::cuda
