#pragma once
/// Around the matrix products of a covariance of many features.

#include "cuda/data_set.hpp"

namespace cohort::cuda {

/// (x - mean) x root of the weight, in double, for the rows of `count` tiles from first_tile on; 0
/// where there is no row or no weight. Segments of segment_tiles tiles each:
/// out: count / segment_tiles x d x (32 segment_tiles). A warp takes one feature of one tile at a
/// time: 4 bytes read and 8 written a value, in whole lines.
__global__ void __launch_bounds__(256)
    segment_deviations(Tiles data, std::int64_t first_tile, std::int64_t count,
                       std::int64_t segment_tiles, const double* mean, double* out) {
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (blockDim.x / 32);
  const unsigned lane = threadIdx.x % 32;
  for (std::int64_t line =
           static_cast<std::int64_t>(blockIdx.x) * (blockDim.x / 32) + threadIdx.x / 32;
       line < count * data.features; line += warps) {
    const std::int64_t j = line % data.features;
    const std::int64_t tile = line / data.features;
    const std::int64_t row = (first_tile + tile) * kTileRows + lane;
    double deviation = 0;
    if (row < data.rows && data.weight(row) > 0) {
      deviation = static_cast<double>(data.column(first_tile + tile, j)[lane]) - mean[j];
      if (data.weights != nullptr) deviation *= sqrt(static_cast<double>(data.weights[row]));
    }
    const std::int64_t segment = tile / segment_tiles;
    out[((segment * data.features + j) * segment_tiles + tile % segment_tiles) * kTileRows + lane] =
        deviation;
  }
}

/// The segments' sums, added in order, over the total weight. parts: segments x d x d, of which
/// (i, j) with i <= j counts; result: d x d, both triangles. A thread takes one pair at a time; 8
/// bytes a part, read once.
__global__ void __launch_bounds__(256)
    add_segments(const double* parts, std::int64_t segments, std::int64_t d, double total_weight,
                 double* result) {
  const std::int64_t threads = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t pair = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
       pair < d * d; pair += threads) {
    const std::int64_t i = pair / d;
    const std::int64_t j = pair % d;
    if (i > j) continue;
    double total = 0;
    for (std::int64_t s = 0; s < segments; ++s) total += parts[s * d * d + pair];
    result[i * d + j] = result[j * d + i] = total / total_weight;
  }
}

}  // namespace cohort::cuda
