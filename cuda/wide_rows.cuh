#pragma once
/// Rows made ready for the tensor cores: a warp takes its tile of 32 rows, shifts, scales and
/// rounds them, and lays them into shared memory as its lanes will take them.

#include "cuda/data_set.hpp"
#include "cuda/wide_centers.cuh"

namespace cohort::cuda {

/// Words of a tile in shared memory: half x step x word of a lane x lane (two halves of 16 rows).
[[nodiscard]] COHORT_SHARED_CODE int tile_words(int steps) {
  return steps * kStepFeatures * 32 / 2;
}

/// 16 features of the lane's row: shifted and scaled, their squares added, and laid into `words`.
__device__ inline void take_step(float (&value)[kStepFeatures], const float4* shifts, float scale,
                                 int steps, int step, std::uint32_t* words, float& square) {
  const int lane = static_cast<int>(threadIdx.x % 32);
#pragma unroll
  for (int i = 0; i < kStepFeatures; i += 4) {
    const float4 shift = shifts[step * (kStepFeatures / 4) + i / 4];
    value[i] = fmaf(value[i], scale, shift.x);
    value[i + 1] = fmaf(value[i + 1], scale, shift.y);
    value[i + 2] = fmaf(value[i + 2], scale, shift.z);
    value[i + 3] = fmaf(value[i + 3], scale, shift.w);
  }
#pragma unroll
  for (int i = 0; i < kStepFeatures; ++i) square = fmaf(value[i], value[i], square);
  // Words 0 and 1 hold the step's first eight features of rows 0 to 7 and 8 to 15 of a half of the
  // tile, words 2 and 3 the last eight: a lane stores four words at once.
  std::uint32_t* const line = words + ((lane / 16 * steps + step) * 4 + lane % 16 / 8) * 32;
#pragma unroll
  for (int side = 0; side < 2; ++side) {
    const float* const eight = value + 8 * side;
    *reinterpret_cast<uint4*>(line + 2 * side * 32 + lane % 8 * 4) = {
        two_halves(eight[0], eight[1]), two_halves(eight[2], eight[3]),
        two_halves(eight[4], eight[5]), two_halves(eight[6], eight[7])};
  }
}

/// Called by a whole warp, a lane a row. Returns |x'|^2.
__device__ inline float take_rows(const Tiles& data, std::int64_t tile, const WideCenters& centers,
                                  float scale, std::uint32_t* words) {
  const float* x = data.column(tile, 0) + threadIdx.x % 32;
  const auto* shifts = reinterpret_cast<const float4*>(centers.shift);
  const int whole_steps = static_cast<int>(data.features / kStepFeatures);
  const int rest = static_cast<int>(data.features % kStepFeatures);
  float square = 0;
  float value[kStepFeatures];
#pragma unroll 1
  for (int step = 0; step < whole_steps; ++step) {
#pragma unroll
    for (int i = 0; i < kStepFeatures; ++i) value[i] = x[i * kTileRows];
    x += kStepFeatures * kTileRows;
    take_step(value, shifts, scale, centers.steps, step, words, square);
  }
  if (rest > 0) {
#pragma unroll
    for (int i = 0; i < kStepFeatures; ++i) value[i] = i < rest ? x[i * kTileRows] : 0.0F;
    take_step(value, shifts, scale, centers.steps, whole_steps, words, square);
  }
  return square;
}

/// Asks for the lines of a tile ahead of time.
__device__ inline void prefetch_tile(const Tiles& data, std::int64_t tile) {
#pragma unroll 1
  for (std::int64_t j = threadIdx.x % 32; j < data.features; j += 32)
    prefetch(data.column(tile, j));
}

}  // namespace cohort::cuda
