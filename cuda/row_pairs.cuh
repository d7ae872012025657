#pragma once
/// Rows as K-means' kernels take them: a thread has two, lane l of a warp row l of two neighbouring
/// tiles. Up to 32 features they lie in registers, read once whatever is done with them, and are
/// padded with zeros to a few widths that loops can be unrolled for: a zero in both row and centre
/// adds exactly 0 to a squared distance. More features are read from the caches each time.

#include "cuda/data_set.hpp"

namespace cohort::cuda {

inline constexpr std::int64_t kPairTiles = 2;

[[nodiscard]] __host__ __device__ inline std::int64_t pairs_of(const Tiles& data) {
  return (data.tiles() + kPairTiles - 1) / kPairTiles;
}

/// A thread's two rows by number.
struct PairRows {
  std::int64_t tile;  ///< the first of two; the second may not exist
  std::int64_t row[2];
  bool exists[2];

  __device__ PairRows(const Tiles& data, std::int64_t pair) : tile(pair * kPairTiles) {
#pragma unroll
    for (int p = 0; p < 2; ++p) {
      row[p] = (tile + p) * kTileRows + threadIdx.x % 32;
      exists[p] = row[p] < data.rows;
    }
  }
};

/// \tparam D  4, 8, 16 or 32 features, padded; 0 for any number
template <int D>
struct RowPair {
  static constexpr int kUnroll = D;
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
  [[nodiscard]] static __device__ constexpr int width() { return D; }
  [[nodiscard]] __device__ float value(int p, int j) const { return x[p][j]; }
};

template <>
struct RowPair<0> {
  static constexpr int kUnroll = 4;
  const float* at[2];
  int features;

  /// The first tile stands in for a second that does not exist.
  __device__ RowPair(const Tiles& data, std::int64_t tile)
      : at{data.column(tile, 0) + threadIdx.x % 32,
           data.column(tile + 1 < data.tiles() ? tile + 1 : tile, 0) + threadIdx.x % 32},
        features(static_cast<int>(data.features)) {}
  [[nodiscard]] __device__ int width() const { return features; }
  [[nodiscard]] __device__ float value(int p, int j) const {
    return at[p][static_cast<std::int64_t>(j) * kTileRows];
  }
};

/// Threads of a block whose threads have two such rows each, and blocks on a multiprocessor, as
/// registers allow: about 2 D for the rows and 45 for what is done with them.
template <int D>
struct PairThreads {
  static constexpr unsigned kBlock = D == 32 ? 256 : D == 4 || D == 8 ? 512 : 384;
  static constexpr unsigned kResident = 2;
};

/// The width that so many features are padded to; 0 above 32.
[[nodiscard]] constexpr int padded_width(std::int64_t features) {
  return features <= 4 ? 4 : features <= 8 ? 8 : features <= 16 ? 16 : features <= 32 ? 32 : 0;
}

template <int D>
struct Width {
  static constexpr int value = D;
};

/// Calls f with the Width of that value.
template <class F>
void with_width(int width, const F& f) {
  switch (width) {
    case 4:
      return f(Width<4>());
    case 8:
      return f(Width<8>());
    case 16:
      return f(Width<16>());
    case 32:
      return f(Width<32>());
    default:
      return f(Width<0>());
  }
}

}  // namespace cohort::cuda
