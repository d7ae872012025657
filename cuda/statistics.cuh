#pragma once
/// What is folded over a data set's columns, one result a feature: ranges, sums, sums of squares.
///
/// x: tiles x d x 32, weights: tiles x 32. A task is one feature in one range of tiles; a warp
/// takes a task at a time, neighbouring warps neighbouring features, so that together they read
/// what lies together. In a step a warp reads 4 tiles' lines of its feature, 16 bytes a lane (8
/// lanes to a line of 128 bytes), and kLoads steps are under way at once: 2 KB a warp, 64 KB a
/// multiprocessor at half its warps, where 25 KB cover the latency of memory at 4.8 TB/s. A lane
/// adds for itself; the warp's lanes are added at the end of a task, and one atomic an integer
/// takes the total along.
///
/// Memory: 4 bytes a value (and 4 / d for weights, which the caches hold for the features that
/// follow), read once by each fold. At 4.8 TB/s a quarter of a multiprocessor gets a warp's 128
/// bytes in 25 clocks at 1.75 GHz: what a fold may issue for a value before arithmetic is the
/// bound. Ranges take about 6 instructions, sums 9, squares 20, of them 8 in double at half rate.
/// Weighted sums take about 20 and squares 40: 60 % of the bandwidth. 100M x 6 is 2.4 GB: 0.5 ms a
/// fold.

#include <limits>

#include "cohort/weighted_sum.hpp"

#include "cuda/data_set.hpp"
#include "cuda/exact_sums.cuh"

namespace cohort::cuda {

inline constexpr unsigned kFoldThreads = 256;
inline constexpr std::int64_t kStepTiles = 4;

/// Calls take(value, weight) for the rows of tiles [first, last) in column j, a lane for its own; 0
/// with weight 0 where there is no row. Weights are 1 where the data have none.
template <bool kWeighted, class Take>
__device__ void over_column(const Tiles& data, std::int64_t j, std::int64_t first,
                            std::int64_t last, const Take& take) {
  constexpr int kLoads = kWeighted ? 2 : 4;
  constexpr std::int64_t kRowsInLoad = 4;
  const std::int64_t in_line = threadIdx.x % 8 * kRowsInLoad;
  for (std::int64_t tile = first + threadIdx.x % 32 / 8; tile < last; tile += kLoads * kStepTiles) {
    float4 x[kLoads] = {};
    float4 weight[kLoads] = {};
#pragma unroll
    for (int u = 0; u < kLoads; ++u) {
      const std::int64_t t = tile + u * kStepTiles;
      if (t >= last) continue;
      x[u] = *reinterpret_cast<const float4*>(data.column(t, j) + in_line);
      if (kWeighted)
        weight[u] = *reinterpret_cast<const float4*>(data.weights + t * kTileRows + in_line);
    }
#pragma unroll
    for (int u = 0; u < kLoads; ++u) {
      const std::int64_t t = tile + u * kStepTiles;
      if (t >= last) continue;
      if (!kWeighted) {
        const std::int64_t left = data.rows - (t * kTileRows + in_line);
        weight[u] = float4{left > 0 ? 1.0F : 0.0F, left > 1 ? 1.0F : 0.0F, left > 2 ? 1.0F : 0.0F,
                           left > 3 ? 1.0F : 0.0F};
      }
      take(x[u].x, weight[u].x);
      take(x[u].y, weight[u].y);
      take(x[u].z, weight[u].z);
      take(x[u].w, weight[u].w);
    }
  }
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
      result.sum += grid_integer(value);  // no row: 0
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
