#pragma once
/// The nearest centre of each row of a wide problem, by tensor cores that propose and a bound that
/// proves (wide_bound.hpp).
///
/// A block takes as many tiles of 32 rows as it has warps, a warp a tile: it lays the tile into
/// shared memory as halves (wide_rows.cuh), scores it against all centres, 64 at a time
/// (wide_scores.cuh), and decides (wide_decide.cuh). The centres' fragments stream through a ring
/// of three stages in shared memory that all warps share, 64 centres x 64 features a stage; a stage
/// costs one barrier. While a tile is scored the next one is fetched into the L2 cache.
///
/// What 10M x 64, k = 256 costs, in instructions (of the SASS for sm_90) for a warp and its tile;
/// of these there are 312,500 on 528 schedulers at 1.75 GHz, so 1000 cycles a tile are 0.34 ms:
///   reading and rounding, 4 steps of 74                                                  300
///   scoring, 4 chunks: 64 products with 104 to feed them, 40 of the ring, 80 maxima and
///     shuffles, and where a row's best rises 64 subtractions, 64 shifts, 100 of notes   2200
///   deciding: 100, and mostly one round of defined distances of 300                      400
/// 2900 issue slots are 0.98 ms. Beside them the tensor pipe is busy for 256 products of 4 to 6.5
/// cycles (0.35 to 0.57 ms), the integer pipe for 2 cycles of each maximum and shift (0.35 ms),
/// shared memory for 12 KB a chunk at 128 bytes a cycle and multiprocessor (0.52 ms), and memory
/// for 2.56 GB (0.53 to 0.60 ms). Expected: 1.2 to 1.7 ms; the target is 2.5 ms. Two blocks of 8
/// warps a multiprocessor up to d = 112, one up to d = 352, then one of 4 or 2 warps.

#include "cuda/async_copy.hpp"
#include "cuda/wide_decide.cuh"

namespace cohort::cuda {

inline constexpr int kStageSteps = 4;
inline constexpr int kStages = 3;
inline constexpr int kMostFilterWarps = 16;

/// Shared memory: the ring; then for each warp its tile, notes and pairs.
[[nodiscard]] COHORT_SHARED_CODE std::size_t ring_bytes() {
  return static_cast<std::size_t>(kStages) * kStageSteps * kStepVectors * sizeof(uint4);
}
[[nodiscard]] COHORT_SHARED_CODE std::size_t warp_bytes(int steps) {
  return static_cast<std::size_t>(tile_words(steps)) * sizeof(std::uint32_t) + sizeof(WideNotes) +
         sizeof(WidePairs);
}
static_assert(sizeof(WideNotes) % 16 == 0 && sizeof(WidePairs) % 16 == 0);

/// The centres' fragments, stage after stage and from the beginning again. All threads of a block
/// call it together.
class FragmentRing {
 public:
  __device__ FragmentRing(const WideCenters& centers, uint4* stages)
      : centers_(centers), stages_(stages) {
    for (int stage = 0; stage + 1 < kStages; ++stage) fetch();
  }
  /// The next stage, until next() is called again.
  __device__ const uint4* next() {
    wait_for_copies<kStages - 2>();
    __syncthreads();  // the copies are there for all, and all have done with the stage before
    fetch();
    const uint4* const stage = stages_ + current_ * kStageSteps * kStepVectors;
    current_ = current_ + 1 < kStages ? current_ + 1 : 0;
    return stage;
  }

 private:
  __device__ void fetch() {
    const int steps = min(kStageSteps, centers_.steps - step_);
    const uint4* const from =
        centers_.fragments +
        (static_cast<std::int64_t>(chunk_) * centers_.steps + step_) * kStepVectors;
    uint4* const to = stages_ + target_ * kStageSteps * kStepVectors;
    for (int i = static_cast<int>(threadIdx.x); i < steps * kStepVectors;
         i += static_cast<int>(blockDim.x))
      copy_16_bytes_async(to + i, from + i);
    end_copy_group();
    target_ = target_ + 1 < kStages ? target_ + 1 : 0;
    step_ += steps;
    if (step_ < centers_.steps) return;
    step_ = 0;
    chunk_ = chunk_ + 1 < centers_.chunks ? chunk_ + 1 : 0;
  }

  const WideCenters& centers_;
  uint4* stages_;
  int current_ = 0;           ///< stage that next() returns
  int target_ = 0;            ///< stage that fetch() fills,
  int chunk_ = 0, step_ = 0;  ///< and from where
};

/// 2 to 16 warps. Rows that are not decided end in `left`. \param distances  or null
template <class Label>
__global__ void __launch_bounds__(512, 1)
    label_by_filter(Tiles data, WideCenters centers, LeftRows left, Label* labels,
                    float* distances) {
  DYNAMIC_SHARED(shared, unsigned char);
  const int warps = static_cast<int>(blockDim.x / 32);
  const int warp = static_cast<int>(threadIdx.x / 32);
  const int lane = static_cast<int>(threadIdx.x % 32);
  unsigned char* const own =
      shared + ring_bytes() + static_cast<std::size_t>(warp) * warp_bytes(centers.steps);
  auto* const words = reinterpret_cast<std::uint32_t*>(own);
  auto& notes = *reinterpret_cast<WideNotes*>(words + tile_words(centers.steps));
  auto& pairs = *reinterpret_cast<WidePairs*>(&notes + 1);
  const float scale = centers.common->scale;
  const WideBound bound =
      wide_bound(data.features, static_cast<double>(scale),
                 static_cast<double>(__uint_as_float(centers.common->center_square)),
                 static_cast<double>(__uint_as_float(centers.common->remainder_square)));
  FragmentRing ring(centers, reinterpret_cast<uint4*>(shared));

  for (std::int64_t group = blockIdx.x; group * warps < data.tiles(); group += gridDim.x) {
    const std::int64_t tile = group * warps + warp;
    const bool exists = tile < data.tiles();  // the same for the warp
    if (__syncthreads_or(threadIdx.x == 0 && left.filter_is_hopeless()) != 0) {
      if (exists) left.add(tile * kTileRows + lane < data.rows, tile * kTileRows + lane);
      continue;
    }
    float square = 0;
    float slack = 0;
    RowsOfLane rows;
    if (exists) {
      square = take_rows(data, tile, centers, scale, words);
      slack = fmaf(sqrtf(square), bound.norm_part,
                   fmaf(square, bound.square_part, bound.constant_part));
      __syncwarp();
      for (int r = 0; r < 4; ++r) rows.slack[r] = __shfl_sync(~0U, slack, 8 * r + lane / 4);
      const std::int64_t later = tile + static_cast<std::int64_t>(gridDim.x) * warps;
      if (later < data.tiles()) prefetch_tile(data, later);
    }
    for (int chunk = 0; chunk < centers.chunks; ++chunk) {
      Scores scores;
      for (int step = 0; step < centers.steps; step += kStageSteps) {
        const uint4* const stage = ring.next();
        if (!exists) continue;
        const int steps = min(kStageSteps, centers.steps - step);
#pragma unroll 1
        for (int s = 0; s < steps; ++s) {
          const std::uint32_t* const at = words + (step + s) * 4 * 32;
          const uint4* const fragments = stage + s * kStepVectors;
          if (step + s == 0)
            add_step<true>(at, centers.steps, fragments, centers.start + chunk * kChunkCenters,
                           scores);
          else
            add_step<false>(at, centers.steps, fragments, nullptr, scores);
        }
      }
      if (exists) take_notes(scores, chunk * kChunkCenters, bound.gain, rows, notes);
    }
    if (exists) {
      if (lane % 4 == 0)
        for (int r = 0; r < 4; ++r) {
          notes.best[8 * r + lane / 4] = rows.best[r];
          notes.count[8 * r + lane / 4] = rows.count[r];
        }
      __syncwarp();
      decide(data, tile, centers, bound, square, slack, notes, pairs, left, labels, distances);
    }
    if (threadIdx.x == 0) atomicAdd(&left.counts->tried, static_cast<unsigned>(warps * kTileRows));
  }
}

}  // namespace cohort::cuda
