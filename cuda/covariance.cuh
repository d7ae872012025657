#pragma once
/// Exact sums of products of pairs of features (pair_products.hpp), for up to 64 features.
///
/// Features are cut into tiles of 8. A warp takes a share of the pairs, 32 to 36 of them, over a
/// range of row tiles. Lanes are rows: a lane reads its row's values, makes deviations of them and
/// adds their products to sums in registers; the warp's lanes are added at the end of the range. Up
/// to 8 features a warp does all pairs of its rows. For more, a block's warps take the shares of
/// the same rows and keep in step, so that what one reads the others find in the first-level cache;
/// what comes next is fetched into the second. Nothing goes through shared memory but the few
/// numbers that make deviations: values there would be doubles, and reading 12 of them for 32
/// products takes as long as the products.
///
/// Memory: 4 d bytes a row, read once; at 4.8 TB/s a multiprocessor gets 20.8 a clock at 1.75 GHz.
/// Arithmetic: a quarter of a multiprocessor issues one instruction a clock for 32 rows, every
/// other one at most in double. Up to 8 features they are 115 a row (44 in double): 0.9 clocks,
/// where 6 features' memory takes 1.2: 100M x 6 is 0.5 ms, bound by memory. More go in n x n shares
/// for n tiles, 106 each (44 in double, 12 conversions of 8 clocks): 3.3 clocks for 16 features,
/// whose memory takes 3.1; 13.3 for 32, whose memory takes 6.2: 10M x 32 is 0.57 ms, half the
/// bandwidth. With weights a product takes 12 instructions: 2.3 clocks for 6 features and 50
/// for 32.

#include "cohort/pair_products.hpp"

#include "cuda/data_set.hpp"
#include "cuda/exact_sums.cuh"
#include "cuda/prefetch.cuh"

namespace cohort::cuda {

/// The sum of a pair's products in one lane.
template <bool kWeighted>
struct PairSum {
  double pushed = kPush;
  __device__ void add(double left, double right, const WeightCut&) {
    pushed = fma(left, right, pushed);
  }
  [[nodiscard]] __device__ std::uint64_t total() const { return bits_of(pushed) - bits_of(kPush); }
};
template <>
struct PairSum<true> {
  std::uint64_t sum = 0;
  __device__ void add(double left, double right, const WeightCut& weight) {
    sum += weighted_pushed(fma(left, right, kPush), static_cast<std::uint64_t>(weight.whole),
                           weight.part);
  }
  [[nodiscard]] __device__ std::uint64_t total() const { return sum; }
};

/// What makes a value a deviation times its factor, in one rounding: x factor - mean factor.
using DeviationScale = double2;

/// Of all features, and of a tile without deviations: behind the last they are zero.
inline constexpr unsigned kScales = kExactFeatures + 8;

__device__ inline double scaled_deviation(float x, DeviationScale scale) {
  return fma(static_cast<double>(x), scale.x, scale.y);
}

/// A warp's share of the pairs: those among kWidth features from `right` on, or those of the
/// kWidth / 2 features from `left` on with them. kWidth features are a tile; the last one ends with
/// the last feature and begins among those of the tile before, of which it counts none: `skipped`.
/// Of n tiles there are n x n shares with as much work each; those beyond count nothing.
template <int kWidth>
struct Share {
  bool between = false;
  int left = 0;
  int right = 0;
  int skipped = kWidth;

  __device__ Share(int number, int d) {
    const int tiles = (d + kWidth - 1) / kWidth;
    if (number >= tiles * tiles) return;
    between = number >= tiles;
    int tile = number;
    if (between) {
      int pair = (number - tiles) / 2;
      for (tile = 1; pair >= tile; ++tile) pair -= tile;  // a tile has so many to its left
      left = pair * kWidth + (number - tiles) % 2 * (kWidth / 2);
    }
    right = max(0, min(tile * kWidth, d - kWidth));
    skipped = tile * kWidth - right;
  }
};

/// Fetches `tiles` tiles at a time into the second-level cache, ahead of their use, a thread a
/// line.
template <bool kWeighted>
struct Prefetch {
  const float* line = nullptr;
  std::int64_t to_next = 0;

  /// \param tile  the first to be fetched
  __device__ Prefetch(const Tiles& data, unsigned thread, std::int64_t tile, int tiles) {
    const auto columns = static_cast<unsigned>(data.features);
    const unsigned lines = columns + (kWeighted ? 1 : 0);
    const unsigned column = thread % lines;
    tile += thread / lines;
    if (thread / lines >= static_cast<unsigned>(tiles)) return;
    line = column < columns ? data.column(tile, column) : data.weights + tile * kTileRows;
    to_next = tiles * (column < columns ? data.features : 1) * kTileRows;
  }
  __device__ void next() {
    if (line == nullptr) return;
    prefetch(line);
    line += to_next;
  }
};

/// Tiles of rows that a lane adds up before its sums are taken out.
inline constexpr std::int64_t kRangeTiles = kProductsInDouble;
inline constexpr int kRowsOfTile = kTileRows;

/// Adds one share's products of `tiles` tiles of rows, at least one, from `first` on to sums.
/// scale: d and zeros behind, shared. \tparam kTogether  the block's warps do this for the same
/// rows; at least kWidth features
template <int kWidth, bool kBetween, bool kTogether, bool kWeighted>
__device__ void sum_share(const Tiles& data, const WeightScale& weight_scale,
                          const DeviationScale* scale, const Share<kWidth>& share,
                          std::int64_t first, int tiles, WrappingSum* sums) {
  constexpr int kAhead = 8;  // tiles between what is added and what is fetched
  constexpr int kMeet = 4;   // tiles between the meetings of a block's warps, and fetched at once
  constexpr int kLeft = kBetween ? kWidth / 2 : kWidth;
  const auto d = static_cast<int>(data.features);
  const int features = kTogether ? kWidth : d;
  const auto lane = static_cast<int>(threadIdx.x % 32);
  const int to_next = d * kRowsOfTile;
  const int to_left = (share.left - share.right) * kRowsOfTile;
  const float* at = data.column(first, share.right) + lane;
  const float* weight_at = data.weights + first * kTileRows + lane;
  int rows = static_cast<int>(min(data.rows - first * kTileRows, tiles * kTileRows)) - lane;

  // Between tiles (p, q) is at q kLeft + p, within one at q (q + 1) / 2 + p.
  PairSum<kWeighted> sum[kBetween ? kWidth * kLeft : kWidth * (kWidth + 1) / 2];
  float left_x[kLeft] = {};
  float right_x[kWidth];
#pragma unroll
  for (int p = 0; p < kLeft; ++p)
    if (kBetween) left_x[p] = at[to_left + p * kRowsOfTile];
#pragma unroll
  for (int q = 0; q < kWidth; ++q) right_x[q] = q < features ? at[q * kRowsOfTile] : 0.0F;
  float weight = kWeighted ? *weight_at : 0.0F;

  Prefetch<kWeighted> ahead(data, kTogether ? threadIdx.x : threadIdx.x % 32, first + kAhead,
                            kMeet);
  for (int t = 0; t < tiles; ++t, rows -= kRowsOfTile) {
    if (t % kMeet == 0) {
      if (kTogether) __syncthreads();
      if (t + kAhead + kMeet <= tiles) ahead.next();
    }
    const WeightCut cut = kWeighted ? weight_scale.cut(static_cast<double>(weight)) : WeightCut{};
    // A row that does not count deviates by nothing.
    const int counted = (kWeighted ? weight > 0 : rows > 0) ? (kBetween ? share.left : share.right)
                                                            : kExactFeatures;
    const bool more = t + 1 < tiles;  // or the last tile is read once more
    at += more ? to_next : 0;
    weight_at += more ? kRowsOfTile : 0;
    // Each value makes room for the next row's as soon as it is a deviation.
    if (kWeighted) weight = *weight_at;
    double left[kLeft];
#pragma unroll
    for (int p = 0; p < kLeft; ++p) {
      if (!kBetween) continue;
      left[p] = odd(scaled_deviation(left_x[p], scale[counted + p]));
      left_x[p] = at[to_left + p * kRowsOfTile];
    }
#pragma unroll
    for (int q = 0; q < kWidth; ++q) {
      if (kWeighted && q >= features) break;
      const double right =
          scaled_deviation(right_x[q], scale[(kBetween ? share.right : counted) + q]);
      if (q < features) right_x[q] = at[q * kRowsOfTile];
      if (!kBetween) left[q] = odd(right);
#pragma unroll
      for (int p = 0; p < (kBetween ? kLeft : q + 1); ++p)
        sum[kBetween ? q * kLeft + p : q * (q + 1) / 2 + p].add(left[p], right, cut);
    }
  }

  constexpr int kRow = kExactFeatures;
  sums += (kBetween ? share.left : share.right) * kRow + share.right;
#pragma unroll
  for (int q = 0; q < kWidth; ++q) {
#pragma unroll
    for (int p = 0; p < (kBetween ? kLeft : q + 1); ++p)
      if (q < features && q >= share.skipped && (kBetween || p >= share.skipped))
        add_warp_total(sum[kBetween ? q * kLeft + p : q * (q + 1) / 2 + p].total(),
                       sums + p * kRow + q);
  }
}

/// scales: d; sums: 64 x 64, of which (i, j) with i <= j are added to. The tiles of rows are cut
/// into ranges. kTogether: a block takes a range, and its warps a share of the pairs each; the y
/// blocks hold all shares. Otherwise at most kWidth features, and every warp takes ranges of its
/// own.
template <int kWidth, bool kTogether, bool kWeighted, int kThreads, int kBlocks>
__global__ void __launch_bounds__(kThreads, kBlocks)
    sum_products(Tiles data, WeightScale weight_scale, const DeviationScale* scales,
                 unsigned ranges, WrappingSum* sums) {
  SHARED(scale, DeviationScale[kScales]);
  const auto d = static_cast<int>(data.features);
  for (unsigned j = threadIdx.x; j < kScales; j += blockDim.x)
    scale[j] = j < data.features ? scales[j] : DeviationScale{0, 0};
  __syncthreads();

  const unsigned warp = threadIdx.x / 32;
  const unsigned warps = blockDim.x / 32;
  const Share<kWidth> share(kTogether ? static_cast<int>(blockIdx.y * warps + warp) : 0, d);
  unsigned range = kTogether ? blockIdx.x : blockIdx.x * warps + warp;
  for (; range < ranges; range += kTogether ? gridDim.x : gridDim.x * warps) {
    const std::int64_t first = data.tiles() * range / ranges;
    const auto tiles = static_cast<int>(data.tiles() * (range + 1) / ranges - first);
    if (tiles == 0) continue;
    if (kTogether && share.between)
      sum_share<kWidth, true, kTogether, kWeighted>(data, weight_scale, scale, share, first, tiles,
                                                    sums);
    else
      sum_share<kWidth, false, kTogether, kWeighted>(data, weight_scale, scale, share, first, tiles,
                                                     sums);
  }
}

}  // namespace cohort::cuda
