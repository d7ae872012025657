#pragma once
/// The nearest centre of each row by the definition: every distance, features in order, float32
/// fmaf, the lowest index on ties.
///
/// A lane has a row, a warp a tile of the data, and a thread the distances to T centres at a time
/// in registers. A block stages 32 features of those T centres in shared memory, feature-major, so
/// that one 16-byte read, the same for all lanes, brings four centres. Per feature and warp: 1 line
/// of x, T / 4 reads of shared memory, 2 T additions and fmaf.
///
/// k <= T: x is read once, 4 d bytes a row; at d = 64 and T = 8, 19 instructions a feature are
/// 0.41 ms for 10M rows, hidden behind 0.53 ms of reads. k > T: x comes k / T times, from the
/// second time on through the caches, and 2 k d operations a row are the bound: 11.4 ms for 10M x
/// 64, k = 256 (528 schedulers at 1.75 GHz). That is what the filter is for; here go the rows it
/// leaves.

#include "cohort/arithmetic.hpp"

#include "cuda/data_set.hpp"
#include "cuda/wide_left.hpp"

namespace cohort::cuda {

inline constexpr unsigned kDirectThreads = 256;

/// centers: k x d. \param left  the rows to label, or no list for all \param distances  or null
template <int T, class Label>
__global__ void __launch_bounds__(256, 3)
    label_directly(Tiles data, const float* centers, int k, LeftRows left, Label* labels,
                   float* distances) {
  constexpr int kSlab = 32;
  constexpr int kAhead = T <= 16 ? 8 : 4;  // features read at once
  constexpr int kStride = T + 4;           // off one bank, and still aligned to 16 bytes
  SHARED(slab, float[kSlab * kStride]);
  const auto d = static_cast<int>(data.features);
  const std::int64_t rows = left.rows != nullptr ? left.counts->left : data.rows;
  const int lane = static_cast<int>(threadIdx.x % 32);
  const int warp = static_cast<int>(threadIdx.x / 32);

  for (std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * kDirectThreads; first < rows;
       first += static_cast<std::int64_t>(gridDim.x) * kDirectThreads) {
    const std::int64_t place = first + threadIdx.x;
    const bool exists = place < rows;
    // Lanes without a row take the first, and keep what they find to themselves.
    const std::int64_t row = !exists ? 0 : left.rows != nullptr ? left.rows[place] : place;
    float nearest = INFINITY;
    int label = 0;
    for (int c = 0; c < k; c += T) {
      const float* x = data.column(row / kTileRows, 0) + row % kTileRows;
      float distance[T] = {};
      for (int j = 0; j < d; j += kSlab) {
        __syncthreads();
        // Centres behind the last are infinitely far away.
        if (j + lane < d)
          for (int t = warp; t < T; t += kDirectThreads / 32)
            slab[lane * kStride + t] =
                c + t < k ? centers[static_cast<std::int64_t>(c + t) * d + j + lane] : INFINITY;
        __syncthreads();
        const auto add_feature = [&](float value, int f) {
#pragma unroll
          for (int t = 0; t < T; t += 4) {
            const float4 four = *reinterpret_cast<const float4*>(&slab[f * kStride + t]);
            distance[t] = add_squared_difference(value, four.x, distance[t]);
            distance[t + 1] = add_squared_difference(value, four.y, distance[t + 1]);
            distance[t + 2] = add_squared_difference(value, four.z, distance[t + 2]);
            distance[t + 3] = add_squared_difference(value, four.w, distance[t + 3]);
          }
        };
        const int features = min(kSlab, d - j);
        int f = 0;
#pragma unroll 1
        for (; f + kAhead <= features; f += kAhead, x += kAhead * kTileRows) {
          float value[kAhead];
#pragma unroll
          for (int i = 0; i < kAhead; ++i) value[i] = x[i * kTileRows];
#pragma unroll
          for (int i = 0; i < kAhead; ++i) add_feature(value[i], f + i);
        }
#pragma unroll 1
        for (; f < features; ++f, x += kTileRows) add_feature(*x, f);
      }
#pragma unroll
      for (int t = 0; t < T; ++t)
        if (distance[t] < nearest) {
          nearest = distance[t];
          label = c + t;
        }
    }
    if (!exists) continue;
    labels[row] = static_cast<Label>(label);
    if (distances != nullptr) distances[row] = nearest;
  }
}

}  // namespace cohort::cuda
