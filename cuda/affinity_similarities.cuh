#pragma once
/// Where affinity propagation takes its similarities from, a template parameter of its kernels:
/// recomputed from features, or read from a given matrix. (Another source - lists of neighbours,
/// say - needs the same members.)
///
/// A lane sees a patch of R rows by 4 neighbouring columns, a warp R rows by 128 columns, a block
/// its 8 warps' rows by all columns. From features a patch of 4 rows takes two loads of 16 bytes a
/// feature (4 columns, and 4 rows that all lanes share), both from lines of tiles that the block's
/// other warps read too and L1 holds, for 16 pairs x 2 operations. Where patches begin is kept in
/// pointers that are moved, because at few features working them out again would cost as much as a
/// patch.

#include "cohort/affinity_arithmetic.hpp"

#include "cuda/data_set.hpp"

namespace cohort::cuda {

inline constexpr unsigned kPairThreads = 256;
inline constexpr int kPairWarps = 8;
inline constexpr int kLaneColumns = 4;
inline constexpr std::int64_t kWarpColumns = 32 * kLaneColumns;

/// N neighbouring floats: 1, or a multiple of 4 that lies on a border of 16 bytes.
template <int N>
__device__ void load(const float* from, float (&to)[N]) {
  static_assert(N == 1 || N % 4 == 0);
  if constexpr (N == 1) {
    to[0] = *from;
  } else {
#pragma unroll
    for (int i = 0; i < N; i += 4) {
      const float4 four = *reinterpret_cast<const float4*>(from + i);
      to[i] = four.x;
      to[i + 1] = four.y;
      to[i + 2] = four.z;
      to[i + 3] = four.w;
    }
  }
}

/// -w_i |x_i - x_j|^2 of a data set's rows.
class FeatureSimilarities {
 public:
  explicit FeatureSimilarities(const Tiles& data) : data_(data) {}

  [[nodiscard]] __host__ __device__ std::int64_t rows() const { return data_.rows; }
  /// rows() rounded up to whole tiles: where patches may reach, down and across. What they hold
  /// behind the last row and column means nothing.
  [[nodiscard]] __host__ __device__ std::int64_t padded() const {
    return data_.tiles() * kTileRows;
  }
  /// Anything finite behind the last row.
  [[nodiscard]] __device__ float weight(std::int64_t i) const { return data_.weight(i); }

  /// Where a patch's rows begin; + row_step() is the next row, inside a tile.
  [[nodiscard]] __device__ const float* rows_at(std::int64_t row) const { return at(row); }
  [[nodiscard]] __device__ std::int64_t row_step() const { return 1; }
  /// Where a patch's columns begin; + column_step() is kWarpColumns further on.
  [[nodiscard]] __device__ const float* columns_at(std::int64_t column) const { return at(column); }
  [[nodiscard]] __device__ std::int64_t column_step() const {
    return data_.features * kWarpColumns;
  }

  /// s[r][c] = weight[r] x s(row + r, column + c), zeros of either sign; 0 where row + r = column +
  /// c. \param rows  of a row that is a multiple of R, as the column is of 4
  template <int R>
  __device__ void patch(const float* rows, const float* columns, const float (&weight)[R],
                        float (&s)[R][kLaneColumns]) const {
    float x[R];
    float y[kLaneColumns];
    load(rows, x);
    load(columns, y);
#pragma unroll
    for (int r = 0; r < R; ++r)
#pragma unroll
      for (int c = 0; c < kLaneColumns; ++c) s[r][c] = add_squared_difference(x[r], y[c], 0.0F);
    const auto features = static_cast<int>(data_.features);
#pragma unroll 2
    for (int f = 1; f < features; ++f) {
      rows += kTileRows;
      columns += kTileRows;
      load(rows, x);
      load(columns, y);
#pragma unroll
      for (int r = 0; r < R; ++r)
#pragma unroll
        for (int c = 0; c < kLaneColumns; ++c)
          s[r][c] = add_squared_difference(x[r], y[c], s[r][c]);
    }
#pragma unroll
    for (int r = 0; r < R; ++r)
#pragma unroll
      for (int c = 0; c < kLaneColumns; ++c) s[r][c] = -(weight[r] * s[r][c]);
  }

  /// weight x s(i,j), never -0.
  [[nodiscard]] __device__ float similarity(std::int64_t i, std::int64_t j, float weight) const {
    float distance = 0;
    for (std::int64_t f = 0; f < data_.features; ++f)
      distance = add_squared_difference(data_.at(i, f), data_.at(j, f), distance);
    return weighted_similarity(weight, distance);
  }

 private:
  [[nodiscard]] __device__ const float* at(std::int64_t i) const {
    return data_.column(i / kTileRows, 0) + i % kTileRows;
  }

  Tiles data_;
};

/// w_i s(i,j) of a matrix in the GPU's memory: padded() x padded(), zeros on the diagonal and
/// behind the last row and column.
class GivenSimilarities {
 public:
  /// \param weights  padded(), finite
  GivenSimilarities(const float* similarities, const float* weights, std::int64_t rows,
                    std::int64_t padded)
      : similarities_(similarities), weights_(weights), rows_(rows), padded_(padded) {}

  [[nodiscard]] __host__ __device__ std::int64_t rows() const { return rows_; }
  [[nodiscard]] __host__ __device__ std::int64_t padded() const { return padded_; }
  [[nodiscard]] __device__ float weight(std::int64_t i) const { return weights_[i]; }

  [[nodiscard]] __device__ const float* rows_at(std::int64_t row) const {
    return similarities_ + row * padded_;
  }
  [[nodiscard]] __device__ std::int64_t row_step() const { return padded_; }
  [[nodiscard]] __device__ std::int64_t columns_at(std::int64_t column) const { return column; }
  [[nodiscard]] __device__ std::int64_t column_step() const { return kWarpColumns; }

  template <int R>
  __device__ void patch(const float* rows, std::int64_t columns, const float (&weight)[R],
                        float (&s)[R][kLaneColumns]) const {
#pragma unroll
    for (int r = 0; r < R; ++r) load(rows + r * padded_ + columns, s[r]);
#pragma unroll
    for (int r = 0; r < R; ++r)
#pragma unroll
      for (int c = 0; c < kLaneColumns; ++c) s[r][c] = weight[r] * s[r][c];
  }

  [[nodiscard]] __device__ float similarity(std::int64_t i, std::int64_t j, float weight) const {
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

/// Calls visit(r, column, weight[r] x s(row + r, column)), never -0, for R rows and all padded()
/// columns; a warp's lanes share the columns. r is a constant wherever it is inlined.
template <int R, class Source, class Visit>
__device__ void over_pairs(const Source& source, std::int64_t row, const float (&weight)[R],
                           const Visit& visit) {
  std::int64_t column = kLaneColumns * (threadIdx.x % 32);
  const auto rows = source.rows_at(row);
  auto columns = source.columns_at(column);
  for (; column < source.padded(); column += kWarpColumns) {
    float s[R][kLaneColumns];
    source.template patch<R>(rows, columns, weight, s);
    columns += source.column_step();
#pragma unroll
    for (int c = 0; c < kLaneColumns; ++c)
#pragma unroll
      for (int r = 0; r < R; ++r) visit(r, column + c, s[r][c] + 0.0F);
  }
}

}  // namespace cohort::cuda
