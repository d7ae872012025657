#pragma once
/// What is folded over a data set's columns, one result a feature: ranges, sums, sums of squares.
///
/// x: tiles x d x 32, weights: tiles x 32. A task is one feature in one range of tiles; a warp
/// takes a task at a time, neighbouring warps neighbouring features, so that together they read
/// what lies together. In a step a warp reads 4 tiles' lines of its feature, 16 bytes a lane (8
/// lanes to a line of 128 bytes), and several steps are under way at once: 2 KB a warp, 64 KB a
/// multiprocessor at half its warps, where 25 KB cover the latency of memory at 4.8 TB/s. A lane
/// adds for itself; the warp's lanes are added at the end of a task, and one atomic an integer
/// takes the total along.
///
/// Memory: each fold reads x once, 4 bytes a value (and 4 / d for weights, which the caches hold
/// for the features that follow). At 4.8 TB/s a quarter of a multiprocessor gets a warp's 128 bytes
/// every 25 clocks at 1.75 GHz; a value takes 5 instructions for ranges, 6 for sums and 14 for
/// squares, 8 of them in double at half rate (16 clocks), so memory is the bound: 100M x 6 is 2.4
/// GB and 0.5 ms a fold. With weights sums take 20 instructions, and squares 42 with 16 in double:
/// arithmetic is their bound, at 60 % of the bandwidth.

#include <limits>

#include "cohort/weighted_sum.hpp"

#include "cuda/data_set.hpp"
#include "cuda/exact_sums.cuh"

namespace cohort::cuda {

inline constexpr unsigned kFoldThreads = 256;
inline constexpr std::int64_t kStepTiles = 4;

/// Calls take(value, weight) for the rows of tiles [first, last) in column j, a lane for its own.
/// Weights are 1 where the data have none.
template <bool kWeighted, class Take>
__device__ void over_column(const Tiles& data, std::int64_t j, std::int64_t first,
                            std::int64_t last, const Take& take) {
  constexpr int kLoads = kWeighted ? 2 : 4;
  const std::int64_t full = data.rows / kTileRows;
  // Weights say which rows exist; without them the last tile may be a part of one.
  const std::int64_t whole = kWeighted || last < full ? last : full;
  const unsigned lane = threadIdx.x % 32;
  const std::int64_t stride = kStepTiles * data.features * kTileRows;
  std::int64_t tile = first + lane / 8;
  const float* x_at = data.column(tile, j) + lane % 8 * 4;
  for (; tile < whole; tile += kLoads * kStepTiles) {
    float4 x[kLoads] = {};
    float4 weight[kLoads] = {};
#pragma unroll
    for (int u = 0; u < kLoads; ++u) {
      if (tile + u * kStepTiles >= whole) continue;
      x[u] = *reinterpret_cast<const float4*>(x_at + u * stride);
      if (kWeighted)
        weight[u] = *reinterpret_cast<const float4*>(
            data.weights + (tile + u * kStepTiles) * kTileRows + lane % 8 * 4);
    }
#pragma unroll
    for (int u = 0; u < kLoads; ++u) {
      if (tile + u * kStepTiles >= whole) continue;
      take(x[u].x, kWeighted ? weight[u].x : 1.0F);
      take(x[u].y, kWeighted ? weight[u].y : 1.0F);
      take(x[u].z, kWeighted ? weight[u].z : 1.0F);
      take(x[u].w, kWeighted ? weight[u].w : 1.0F);
    }
    x_at += kLoads * stride;
  }
  if (whole < last && lane < data.rows - whole * kTileRows) take(data.column(whole, j)[lane], 1.0F);
}

/// fold: start(j) begins a lane's result for feature j, take() adds a value to it, and finish()
/// adds a whole warp's results to feature j's. \param ranges  that the tiles are cut into
template <bool kWeighted, class Fold>
__global__ void __launch_bounds__(kFoldThreads, 4)
    fold_columns(Tiles data, std::int64_t ranges, Fold fold) {
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (kFoldThreads / 32);
  const std::int64_t steps = (data.tiles() + kStepTiles - 1) / kStepTiles;
  for (std::int64_t task =
           static_cast<std::int64_t>(blockIdx.x) * (kFoldThreads / 32) + threadIdx.x / 32;
       task < data.features * ranges; task += warps) {
    const std::int64_t j = task % data.features;
    const std::int64_t range = task / data.features;
    const std::int64_t last = steps * (range + 1) / ranges * kStepTiles;
    auto result = fold.start(j);
    over_column<kWeighted>(data, j, steps * range / ranges * kStepTiles,
                           last < data.tiles() ? last : data.tiles(),
                           [&](float x, float weight) { fold.take(result, x, weight); });
    fold.finish(result, j);
  }
}

/// Floats as integers in the same order; all bits set is above and 0 below all numbers.
__device__ inline unsigned ordered_bits(float value) {
  const unsigned bits = __float_as_uint(value);
  return bits ^ ((bits >> 31) != 0 ? ~0U : 1U << 31);
}
[[nodiscard]] inline float from_ordered_bits(unsigned ordered) {
  return std::bit_cast<float>(ordered ^ ((ordered >> 31) != 0 ? 1U << 31 : ~0U));
}

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// minimum, maximum: d ordered_bits, first all set and 0.
struct FoldRanges {
  unsigned* minimum;
  unsigned* maximum;

  struct Result {
    float minimum, maximum;
  };
  [[nodiscard]] __device__ Result start(std::int64_t) const { return {kInfinity, -kInfinity}; }
  __device__ void take(Result& result, float x, float weight) const {
    if (weight > 0 && x < result.minimum) result.minimum = x;
    if (weight > 0 && x > result.maximum) result.maximum = x;
  }
  __device__ void finish(Result result, std::int64_t j) const {
    for (unsigned offset = 16; offset > 0; offset /= 2) {
      const float low = __shfl_down_sync(~0U, result.minimum, offset);
      const float high = __shfl_down_sync(~0U, result.maximum, offset);
      result.minimum = low < result.minimum ? low : result.minimum;
      result.maximum = high > result.maximum ? high : result.maximum;
    }
    if (threadIdx.x % 32 != 0) return;
    atomicMin(minimum + j, ordered_bits(result.minimum));
    atomicMax(maximum + j, ordered_bits(result.maximum));
  }
};

/// weight x value on the grid of `steps` a unit. steps, sums: d.
template <bool kWeighted>
struct FoldValues {
  WeightScale scale;
  const double* steps;
  WrappingSum* sums;

  struct Result {
    double step;
    std::uint64_t sum;
  };
  [[nodiscard]] __device__ Result start(std::int64_t j) const { return {steps[j], 0}; }
  __device__ void take(Result& result, float x, float weight) const {
    const double value = static_cast<double>(x) * result.step;
    if (kWeighted) {
      const WeightCut cut = scale.cut(static_cast<double>(weight));
      result.sum += weighted_integer(value, static_cast<std::uint64_t>(cut.whole), cut.part);
    } else {
      result.sum += grid_integer(value);
    }
  }
  __device__ void finish(const Result& result, std::int64_t j) const {
    add_warp_total(result.sum, sums + j);
  }
};

/// weight x (x - mean)^2 on the two grids of a WideSum. mean, steps: d; sums: d x 2, coarse and
/// fine.
template <bool kWeighted>
struct FoldSquares {
  WeightScale scale;
  const double* mean;
  const double* steps;
  WrappingSum* sums;

  struct Result {
    double mean, step;
    std::uint64_t coarse, fine;
  };
  [[nodiscard]] __device__ Result start(std::int64_t j) const { return {mean[j], steps[j], 0, 0}; }
  __device__ void take(Result& result, float x, float weight) const {
    if (!(weight > 0)) return;
    const double deviation = static_cast<double>(x) - result.mean;
    const double square = deviation * deviation * result.step;
    const double rest = WideSum::fine_part(square);
    if (kWeighted) {
      const WeightCut cut = scale.cut(static_cast<double>(weight));
      const auto whole = static_cast<std::uint64_t>(cut.whole);
      result.coarse += weighted_integer(square, whole, cut.part);
      result.fine += weighted_integer(rest, whole, cut.part);
    } else {
      result.coarse += grid_integer(square);
      result.fine += grid_integer(rest);
    }
  }
  __device__ void finish(const Result& result, std::int64_t j) const {
    add_warp_total(result.coarse, sums + 2 * j);
    add_warp_total(result.fine, sums + 2 * j + 1);
  }
};

}  // namespace cohort::cuda
