#pragma once
/// All pairs of rows, cluster after cluster. The rows lie twice in the GPU's memory: as they came,
/// and in cluster order, both in tiles of d x 32. A warp takes two tiles of rows, two rows a lane,
/// and lets all others pass in cluster order, eight at a time: 16 squared distances in registers,
/// features in index order. A lane's own values are lines of its tiles, the others' are 16 bytes
/// that all lanes read alike; both stay in the nearest cache, for which a feature of 64 x 8 pairs
/// is 4 loads beside 32 instructions of arithmetic. So there is nothing to stage, nobody to wait
/// for, and a row needs one running sum: where a cluster ends, its mean distance is met and
/// forgotten. Sums are integers, so that the order in which rows pass changes nothing.
///
/// n^2 (2 d + about 26) instructions: a difference and a fused multiply-add a feature, and for the
/// distance a root (about 9), its conversion to double, a product, a push and 64-bit integers, of
/// which root and conversion run at an eighth of the rate of the others (16 slots). An H200 issues
/// 132 x 128 a clock, 3.0e13 a second at 1.75 GHz. d = 6: 0.5 ms for n = 20,000 (where 313 warps do
/// not fill the device, so that 0.8 ms are nearer) and 51 ms for n = 200,000; d = 32: 1.2 ms and
/// 120 ms. Memory: 2 n d values, in the second-level cache at these sizes.

#include <cstdint>

#include "cohort/silhouette_arithmetic.hpp"

#include "cuda/data_set.hpp"
#include "cuda/exact_sums.cuh"

namespace cohort::cuda {

inline constexpr unsigned kSilhouetteThreads = 64;
inline constexpr int kOwnTiles = 2;   ///< a warp's, a row of each for a lane
inline constexpr int kOtherRows = 8;  ///< that pass at a time; they lie in one tile

/// What rows meet. Sums of weights are on the grid of weights.
struct Clusters {
  Tiles rows;                  ///< in cluster order
  const WeightCut* cuts;       ///< of those rows, where they are weighted
  const std::int64_t* begin;   ///< count + 1: where in that order each cluster begins
  const WrappingSum* weights;  ///< count
  std::int64_t count;
};

/// A row and how it has fared so far.
struct MeetingRow {
  std::int32_t label;
  std::int64_t weight;  ///< on the grid of weights; of one copy, where it stands for several
  std::uint64_t distances;
  RowSilhouette met;

  /// The end of cluster c: all its rows have passed.
  __device__ void leave(std::int64_t c, const Clusters& clusters, Grid distance_grid,
                        Grid weight_grid) {
    const double total = from_grid(static_cast<std::int64_t>(distances), distance_grid);
    const auto all = static_cast<std::int64_t>(clusters.weights[c]);
    distances = 0;
    if (c == label)
      met.meet_own(total, from_grid(all - weight, weight_grid));
    else
      met.meet_other(total, from_grid(all, weight_grid));
  }
};

/// The squared distances from a lane's rows to those from `first` on in cluster order.
__device__ inline void add_squares(const float* const (&own)[kOwnTiles], const Tiles& others,
                                   std::int64_t first, float (&square)[kOwnTiles][kOtherRows]) {
  const float* other = others.column(first / kTileRows, 0) + first % kTileRows;
  for (std::int64_t j = 0; j < others.features; ++j) {
    const float4 low = *reinterpret_cast<const float4*>(other + j * kTileRows);
    const float4 high = *reinterpret_cast<const float4*>(other + j * kTileRows + 4);
    const float y[kOtherRows] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
#pragma unroll
    for (int o = 0; o < kOwnTiles; ++o) {
      const float x = own[o][j * kTileRows];
#pragma unroll
      for (int q = 0; q < kOtherRows; ++q)
        square[o][q] = add_squared_difference(x, y[q], square[o][q]);
    }
  }
}

/// values: the silhouette of each row of `data`, whose clusters are `labels`.
template <bool kWeighted>
__global__ void __launch_bounds__(kSilhouetteThreads, 8)
    meet_clusters(Tiles data, const std::int32_t* labels, RowWeighting weighting, Clusters clusters,
                  Grid distance_grid, Grid weight_grid, double* values) {
  const double steps = distance_grid.steps_per_unit();
  const std::int64_t warp =
      static_cast<std::int64_t>(blockIdx.x) * (kSilhouetteThreads / 32) + threadIdx.x / 32;
  const float* own[kOwnTiles];
  std::int64_t index[kOwnTiles];
  MeetingRow row[kOwnTiles];
#pragma unroll
  for (int o = 0; o < kOwnTiles; ++o) {
    index[o] = (warp * kOwnTiles + o) * kTileRows + threadIdx.x % 32;
    const std::int64_t i = index[o] < data.rows ? index[o] : 0;  // a lane without a row goes along
    own[o] = data.column(i / kTileRows, 0) + i % kTileRows;
    const WeightCut cut = weighting.cut(weighting.copy_weight(static_cast<double>(data.weight(i))));
    row[o] = {labels[i], unit_term(1, weight_grid.steps_per_unit(), cut), 0, {}};
  }

  std::int64_t c = 0;
  for (std::int64_t first = 0; first < data.rows; first += kOtherRows) {
    float square[kOwnTiles][kOtherRows] = {};
    add_squares(own, clusters.rows, first, square);
    const std::int64_t left = data.rows - first;
    const int others = left < kOtherRows ? static_cast<int>(left) : kOtherRows;
    for (int from = 0; from < others;) {  // those of one cluster, and of the next
      while (clusters.begin[c + 1] <= first + from) ++c;
      const std::int64_t in_cluster = clusters.begin[c + 1] - first;
      const int to = in_cluster < others ? static_cast<int>(in_cluster) : others;
#pragma unroll
      for (int q = 0; q < kOtherRows; ++q) {
        if (q < from || q >= to) continue;
        const WeightCut cut = kWeighted ? clusters.cuts[first + q] : WeightCut{};
#pragma unroll
        for (int o = 0; o < kOwnTiles; ++o)
          row[o].distances += distance_term<kWeighted>(
              square[o][q], steps, static_cast<std::uint64_t>(cut.whole), cut.part);
      }
      if (to == in_cluster) {
#pragma unroll
        for (int o = 0; o < kOwnTiles; ++o) row[o].leave(c, clusters, distance_grid, weight_grid);
      }
      from = to;
    }
  }
#pragma unroll
  for (int o = 0; o < kOwnTiles; ++o)
    if (index[o] < data.rows) values[index[o]] = row[o].met.value();
}

/// A thread a row from here on.
inline constexpr unsigned kRowThreads = 256;

/// cuts: of the rows in the order given.
__global__ void __launch_bounds__(kRowThreads, 4)
    cut_weights(Tiles data, const std::int64_t* order, RowWeighting weighting, WeightCut* cuts) {
  const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * kRowThreads + threadIdx.x;
  if (at < data.rows) cuts[at] = weighting.cut(static_cast<double>(data.weight(order[at])));
}

/// totals: of weight x value for each cluster, 0 at first. values: null for 1.
__global__ void __launch_bounds__(kRowThreads, 4)
    add_values(Tiles data, const std::int32_t* labels, RowWeighting weighting, double steps,
               const double* values, WrappingSum* totals) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kRowThreads + threadIdx.x;
  if (i >= data.rows) return;
  const WeightCut cut = weighting.cut(static_cast<double>(data.weight(i)));
  const double value = values != nullptr ? values[i] : 1;
  atomicAdd(totals + labels[i], static_cast<WrappingSum>(unit_term(value, steps, cut)));
}

}  // namespace cohort::cuda
