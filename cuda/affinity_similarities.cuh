#pragma once
/// Where affinity propagation takes its similarities from, a template parameter of its kernels:
/// recomputed from features, or read from a given matrix. (Another source - lists of neighbours,
/// say - needs the same members.)
///
/// A lane sees a patch of R rows by 4 neighbouring columns, a warp R rows by 128 columns, a block
/// its 8 warps' rows by all columns. From features a patch of 4 rows takes two loads of 16 bytes a
/// feature (4 columns, and 4 rows that all lanes share), both lines of a tile that the block's
/// other warps read too and L1 holds, for 16 pairs x 2 operations.

#include "cohort/affinity_arithmetic.hpp"

#include "cuda/data_set.hpp"

namespace cohort::cuda {

inline constexpr unsigned kPairThreads = 256;
inline constexpr int kPairWarps = 8;
inline constexpr int kLaneColumns = 4;
inline constexpr std::int64_t kWarpColumns = 32 * kLaneColumns;

/// N neighbouring floats, 1 or 4; 4 lie on a border of 16 bytes.
template <int N>
__device__ void load(const float* from, float (&to)[N]) {
  if constexpr (N == 4) {
    const float4 four = *reinterpret_cast<const float4*>(from);
    to[0] = four.x;
    to[1] = four.y;
    to[2] = four.z;
    to[3] = four.w;
  } else {
    static_assert(N == 1);
    to[0] = *from;
  }
}

/// -w_i |x_i - x_j|^2 of a data set's rows.
class FeatureSimilarities {
 public:
  explicit FeatureSimilarities(const Tiles& data) : data_(data) {}

  [[nodiscard]] __host__ __device__ std::int64_t rows() const { return data_.rows; }
  /// rows() rounded up to whole tiles; what patches may reach to, down and across.
  [[nodiscard]] __host__ __device__ std::int64_t padded() const {
    return data_.tiles() * kTileRows;
  }
  /// Anything finite behind the last row.
  [[nodiscard]] __device__ float weight(std::int64_t i) const { return data_.weight(i); }

  /// s[r][c] = weight[r] x s(row + r, column + c). A row's similarity to itself is 0; what it is
  /// behind the last row or column means nothing. \param row  a multiple of R
  template <int R>
  __device__ void patch(std::int64_t row, std::int64_t column, const float (&weight)[R],
                        float (&s)[R][kLaneColumns]) const {
    const float* of_rows = data_.column(row / kTileRows, 0) + row % kTileRows;
    const float* of_columns = data_.column(column / kTileRows, 0) + column % kTileRows;
#pragma unroll
    for (int r = 0; r < R; ++r)
#pragma unroll
      for (int c = 0; c < kLaneColumns; ++c) s[r][c] = 0;
#pragma unroll 2
    for (std::int64_t f = 0; f < data_.features; ++f) {
      float x[R];
      float y[kLaneColumns];
      load(of_rows + f * kTileRows, x);
      load(of_columns + f * kTileRows, y);
#pragma unroll
      for (int r = 0; r < R; ++r)
#pragma unroll
        for (int c = 0; c < kLaneColumns; ++c)
          s[r][c] = add_squared_difference(x[r], y[c], s[r][c]);
    }
#pragma unroll
    for (int r = 0; r < R; ++r)
#pragma unroll
      for (int c = 0; c < kLaneColumns; ++c) s[r][c] = weighted_similarity(weight[r], s[r][c]);
  }

  /// weight x s(i,j), the same bits as a patch has.
  [[nodiscard]] __device__ float at(std::int64_t i, std::int64_t j, float weight) const {
    float distance = 0;
    for (std::int64_t f = 0; f < data_.features; ++f)
      distance = add_squared_difference(data_.at(i, f), data_.at(j, f), distance);
    return weighted_similarity(weight, distance);
  }

 private:
  Tiles data_;
};

/// w_i s(i,j) of a matrix in the GPU's memory: padded() x padded(), zeros on the diagonal and
/// behind the last row and column.
class GivenSimilarities {
 public:
  /// \param weights  padded(), or null for all 1
  GivenSimilarities(const float* similarities, const float* weights, std::int64_t rows,
                    std::int64_t padded)
      : similarities_(similarities), weights_(weights), rows_(rows), padded_(padded) {}

  [[nodiscard]] __host__ __device__ std::int64_t rows() const { return rows_; }
  [[nodiscard]] __host__ __device__ std::int64_t padded() const { return padded_; }
  [[nodiscard]] __device__ float weight(std::int64_t i) const {
    return weights_ == nullptr ? 1.0F : weights_[i];
  }

  template <int R>
  __device__ void patch(std::int64_t row, std::int64_t column, const float (&weight)[R],
                        float (&s)[R][kLaneColumns]) const {
#pragma unroll
    for (int r = 0; r < R; ++r) load(similarities_ + (row + r) * padded_ + column, s[r]);
#pragma unroll
    for (int r = 0; r < R; ++r)
#pragma unroll
      for (int c = 0; c < kLaneColumns; ++c) s[r][c] = weight[r] * s[r][c] + 0.0F;
  }

  [[nodiscard]] __device__ float at(std::int64_t i, std::int64_t j, float weight) const {
    return weight * similarities_[i * padded_ + j] + 0.0F;
  }

 private:
  const float* similarities_;
  const float* weights_;
  std::int64_t rows_, padded_;
};

/// The first of a warp's R rows.
template <int R>
__device__ std::int64_t first_row_of_warp() {
  return (static_cast<std::int64_t>(blockIdx.x) * kPairWarps + threadIdx.x / 32) * R;
}

/// Blocks in which each warp has R rows.
template <int R>
[[nodiscard]] std::int64_t pair_blocks(std::int64_t rows) {
  return (rows + kPairWarps * R - 1) / (kPairWarps * R);
}

/// Calls visit(r, column, weight[r] x s(row + r, column)) for R rows and all padded() columns; a
/// warp's lanes share the columns. r is a constant wherever it is inlined.
template <int R, class Source, class Visit>
__device__ void over_pairs(const Source& source, std::int64_t row, const float (&weight)[R],
                           const Visit& visit) {
  for (std::int64_t column = kLaneColumns * (threadIdx.x % 32); column < source.padded();
       column += kWarpColumns) {
    float s[R][kLaneColumns];
    source.template patch<R>(row, column, weight, s);
#pragma unroll
    for (int c = 0; c < kLaneColumns; ++c)
#pragma unroll
      for (int r = 0; r < R; ++r) visit(r, column + c, s[r][c]);
  }
}

}  // namespace cohort::cuda
