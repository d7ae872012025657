#pragma once
/// Rows as K-means' kernels take them: a thread has two, lane l of a warp row l of two neighbouring
/// tiles. Up to 32 features they lie in registers, read once whatever is done with them, and are
/// padded with zeros to a few widths that loops can be unrolled for: a zero in both row and centre
/// adds exactly 0 to a squared distance. More features are read from the caches each time.

#include "cohort/arithmetic.hpp"

#include "cuda/data_set.hpp"

namespace cohort::cuda {

/// Pairs of tiles; tiles fit in 32 bits, for 2^31 of them are 275 GB of one feature.
[[nodiscard]] __host__ __device__ inline int pairs_of(const Tiles& data) {
  return static_cast<int>((data.tiles() + 1) / 2);
}

/// The pair that the thread's warp begins with, of all warps of a grid, and how many those are.
[[nodiscard]] __device__ inline int first_pair() {
  return static_cast<int>(blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32);
}
[[nodiscard]] __device__ inline int pair_step() {
  return static_cast<int>(gridDim.x * (blockDim.x / 32));
}

/// A thread's two rows by number.
struct PairRows {
  std::int64_t first;  ///< the second is 32 after it
  bool exists[2];

  __device__ PairRows(const Tiles& data, int tile)
      : first(static_cast<std::int64_t>(tile) * kTileRows + threadIdx.x % 32),
        exists{first < data.rows, first + kTileRows < data.rows} {}
  [[nodiscard]] __device__ std::int64_t row(int p) const { return first + p * kTileRows; }
};

/// Where a thread's two rows begin. The first tile stands in for a second that does not exist.
struct PairColumns {
  const float* at[2];

  __device__ PairColumns(const Tiles& data, int tile) {
    at[0] = data.column(tile, 0) + threadIdx.x % 32;
    at[1] = tile + 1 < data.tiles() ? at[0] + data.features * kTileRows : at[0];
  }
};

/// A thread's two rows. \tparam D  4, 8, 16 or 32 features, padded; 0 for any number
template <int D>
struct RowPair {
  float x[2][D];

  __device__ RowPair(const Tiles& data, int tile) {
    const PairColumns columns(data, tile);
    const auto d = static_cast<int>(data.features);
#pragma unroll
    for (int j = 0; j < D; ++j)
#pragma unroll
      for (int p = 0; p < 2; ++p) x[p][j] = j < d ? columns.at[p][j * kTileRows] : 0.0F;
  }

  /// Squared distances from a point. \param point  on 16 bytes, padded with zeros
  __device__ void distances(const float* point, float (&distance)[2]) const {
    distance[0] = distance[1] = 0;
#pragma unroll
    for (int j = 0; j < D; j += 4) {
      const float4 four = *reinterpret_cast<const float4*>(point + j);
#pragma unroll
      for (int p = 0; p < 2; ++p) {
        distance[p] = add_squared_difference(x[p][j], four.x, distance[p]);
        distance[p] = add_squared_difference(x[p][j + 1], four.y, distance[p]);
        distance[p] = add_squared_difference(x[p][j + 2], four.z, distance[p]);
        distance[p] = add_squared_difference(x[p][j + 3], four.w, distance[p]);
      }
    }
  }
};

template <>
struct RowPair<0> {
  PairColumns columns;
  std::int64_t features;

  __device__ RowPair(const Tiles& data, int tile) : columns(data, tile), features(data.features) {}

  __device__ void distances(const float* point, float (&distance)[2]) const {
    distance[0] = distance[1] = 0;
#pragma unroll 8
    for (std::int64_t j = 0; j < features; ++j)
#pragma unroll
      for (int p = 0; p < 2; ++p)
        distance[p] = add_squared_difference(columns.at[p][j * kTileRows], point[j], distance[p]);
  }
};

/// Threads of a block, one block on a multiprocessor, as registers allow: 2 D for the rows and some
/// 50 for what is done with them. Even the narrowest have 35 KB of rows under way on each, where 25
/// cover the latency of memory.
[[nodiscard]] constexpr unsigned pair_threads(int width) {
  return width >= 16 ? 512 : 768;
}

/// The width that so many features are padded to; 0 above 32.
[[nodiscard]] constexpr int padded_width(std::int64_t features) {
  return features <= 4 ? 4 : features <= 8 ? 8 : features <= 16 ? 16 : features <= 32 ? 32 : 0;
}

template <int D>
struct Width {
  static constexpr int value = D;
};

/// Calls f with the Width of a padded_width() above 0.
template <class F>
void with_width(int width, const F& f) {
  if (width == 4) return f(Width<4>());
  if (width == 8) return f(Width<8>());
  if (width == 16) return f(Width<16>());
  f(Width<32>());
}

}  // namespace cohort::cuda
