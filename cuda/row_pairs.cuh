#pragma once
/// Rows as K-means' kernels take them: a thread has two, lane l of a warp row l of two neighbouring
/// tiles. Up to 32 features they lie in registers, read once whatever is done with them, and are
/// padded with zeros to a few widths that loops can be unrolled for: a zero in both row and centre
/// adds exactly 0 to a squared distance. More features are read from the caches each time.

#include "cohort/arithmetic.hpp"

#include "cuda/data_set.hpp"

namespace cohort::cuda {

[[nodiscard]] __host__ __device__ inline std::int64_t pairs_of(const Tiles& data) {
  return (data.tiles() + 1) / 2;
}

/// A thread's two rows by number.
struct PairRows {
  std::int64_t tile;  ///< the first of two; the second may not exist
  std::int64_t row[2];
  bool exists[2];

  __device__ PairRows(const Tiles& data, std::int64_t pair) : tile(2 * pair) {
#pragma unroll
    for (int p = 0; p < 2; ++p) {
      row[p] = (tile + p) * kTileRows + threadIdx.x % 32;
      exists[p] = row[p] < data.rows;
    }
  }
};

/// A thread's two rows. \tparam D  4, 8, 16 or 32 features, padded; 0 for any number
template <int D>
struct RowPair {
  float x[2][D];

  __device__ RowPair(const Tiles& data, std::int64_t tile) {
    const float* at = data.column(tile, 0) + threadIdx.x % 32;
    const bool second = tile + 1 < data.tiles();
#pragma unroll
    for (int j = 0; j < D; ++j) {
      const bool there = j < data.features;
      x[0][j] = there ? at[j * kTileRows] : 0.0F;
      x[1][j] = there && second ? at[(data.features + j) * kTileRows] : 0.0F;
    }
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
  const float* at[2];
  std::int64_t features;

  /// The first tile stands in for a second that does not exist.
  __device__ RowPair(const Tiles& data, std::int64_t tile)
      : at{data.column(tile, 0) + threadIdx.x % 32,
           data.column(tile + 1 < data.tiles() ? tile + 1 : tile, 0) + threadIdx.x % 32},
        features(data.features) {}

  __device__ void distances(const float* point, float (&distance)[2]) const {
    distance[0] = distance[1] = 0;
#pragma unroll 8
    for (std::int64_t j = 0; j < features; ++j)
#pragma unroll
      for (int p = 0; p < 2; ++p)
        distance[p] = add_squared_difference(at[p][j * kTileRows], point[j], distance[p]);
  }
};

/// Threads of a block, two blocks on a multiprocessor, as registers allow: about 2 D for the rows
/// and 45 for what is done with them.
[[nodiscard]] constexpr unsigned pair_threads(int width) {
  return width == 32 ? 256 : width == 16 ? 384 : 512;
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
