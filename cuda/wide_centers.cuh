#pragma once
/// Centres made ready for the tensor cores (wide_filter.cuh): shifted by a reference point, scaled
/// by a power of two, rounded to halves and laid out as a warp's lanes take them.
///
/// The reference point is the middle of the centres' range in each feature, for errors grow with
/// |x - r| |c - r|; the scale brings the centres' largest half-range into (2^7, 2^8]. A row may
/// then be 250 times as far out as the centres before its halves overflow, and what lies below
/// 2^-14 is a 2^22th of the centres' range. (Any finite reference and scale are correct, these are
/// good.)
///
/// k x d floats are read twice and written twice as halves and floats: k = 256, d = 64 is 64 KB,
/// nothing beside the rows.

#include "cuda/wide_bound.hpp"
#include "cuda/wide_centers.hpp"
#include "cuda/wide_left.hpp"

namespace cohort::cuda {

/// 256 threads. A block takes 32 features, a lane each; its warps share the centres. Sets `middle`
/// and `half_range`, and clears what the kernels after it collect.
__global__ void __launch_bounds__(256)
    find_reference(const float* centers, WideCenters ready, LeftRows left) {
  SHARED(low, float[8][32]);
  SHARED(high, float[8][32]);
  const unsigned lane = threadIdx.x % 32;
  const unsigned warp = threadIdx.x / 32;
  const std::int64_t j = static_cast<std::int64_t>(blockIdx.x) * 32 + lane;
  if (blockIdx.x == 0 && threadIdx.x == 0) {
    *ready.common = {1.0F, 0U, 0U};
    *left.counts = {0U, 0U};
  }
  float least = INFINITY;
  float most = -INFINITY;
  if (j < ready.features)
    for (std::int64_t c = warp; c < ready.count; c += 8) {
      const float value = centers[c * ready.features + j];
      least = fminf(least, value);
      most = fmaxf(most, value);
    }
  low[warp][lane] = least;
  high[warp][lane] = most;
  __syncthreads();
  if (warp != 0 || j >= ready.features) return;
  for (unsigned w = 1; w < 8; ++w) {
    least = fminf(least, low[w][lane]);
    most = fmaxf(most, high[w][lane]);
  }
  ready.middle[j] = least / 2 + most / 2;
  ready.half_range[j] = most / 2 - least / 2;
}

/// The power of two that brings `half_range` into (2^7, 2^8].
[[nodiscard]] COHORT_SHARED_CODE float wide_scale(float half_range) {
  if (!(half_range > 0)) return 1.0F;
  int exponent = 0;
  (void)frexpf(half_range, &exponent);
  const int wanted = 8 - exponent;
  return ldexpf(1.0F, wanted < -126 ? -126 : wanted > 126 ? 126 : wanted);
}

/// A float not below `value`.
[[nodiscard]] COHORT_SHARED_CODE float rounded_up(double value) {
  return static_cast<float>(value * (1 + 0x1p-20));
}

/// 256 threads, blocks x 8 = chunks x 64: a warp takes a centre. Sets all that find_reference()
/// left.
__global__ void __launch_bounds__(256, 2) pack_centers(const float* centers, WideCenters ready) {
  SHARED(widest, float[8]);
  const unsigned lane = threadIdx.x % 32;
  const unsigned warp = threadIdx.x / 32;
  float half_range = 0;
  for (std::int64_t j = threadIdx.x; j < ready.features; j += 256)
    half_range = fmaxf(half_range, ready.half_range[j]);
  for (int distance = 16; distance > 0; distance /= 2)
    half_range = fmaxf(half_range, __shfl_xor_sync(~0U, half_range, distance));
  if (lane == 0) widest[warp] = half_range;
  __syncthreads();
  for (unsigned w = 0; w < 8; ++w) half_range = fmaxf(half_range, widest[w]);
  const float scale = wide_scale(half_range);

  const auto shift_of = [&](std::int64_t j) {
    return j < ready.features ? -ready.middle[j] * scale : 0.0F;
  };
  if (blockIdx.x == 0) {
    for (int j = static_cast<int>(threadIdx.x); j < ready.padded_features(); j += 256)
      ready.shift[j] = shift_of(j);
    if (threadIdx.x == 0) ready.common->scale = scale;
  }

  const std::int64_t c = static_cast<std::int64_t>(blockIdx.x) * 8 + warp;
  const bool exists = c < ready.count;
  const auto in_chunk = static_cast<int>(c % kChunkCenters);
  const std::int64_t first_step = c / kChunkCenters * ready.steps;
  auto* const words = reinterpret_cast<std::uint32_t*>(ready.fragments);
  double square = 0;
  double remainder = 0;
  for (int w = static_cast<int>(lane); w < ready.padded_features() / 2; w += 32) {
    float half[2] = {};
    for (int side = 0; side < 2; ++side) {
      const std::int64_t j = 2 * w + side;
      const float value = exists && j < ready.features ? centers[c * ready.features + j] : 0.0F;
      if (exists) ready.rows[c * ready.padded_features() + j] = value;
      if (!exists || j >= ready.features) continue;
      const double shifted = static_cast<double>(value) * static_cast<double>(scale) +
                             static_cast<double>(shift_of(j));
      half[side] = float_of_half(two_halves(static_cast<float>(shifted), 0.0F) & 0xffffU);
      if (fabsf(half[side]) < 0x1p-14F) half[side] = 0;
      const double rest = shifted - static_cast<double>(half[side]);
      square += shifted * shifted;
      remainder += rest * rest;
    }
    const int in_step = w % 8;
    const int pair = in_chunk / 16;
    const int target_lane = in_chunk % 8 * 4 + in_step % 4;
    words[(((first_step + w / 8) * 4 + pair) * 32 + target_lane) * 4 + in_chunk % 16 / 8 * 2 +
          in_step / 4] = two_halves(half[0], half[1]);
  }
  for (int distance = 16; distance > 0; distance /= 2) {
    square += __shfl_xor_sync(~0U, square, distance);
    remainder += __shfl_xor_sync(~0U, remainder, distance);
  }
  if (lane != 0) return;
  ready.start[c] = exists ? static_cast<float>(-square / 2) : kNoScore;
  if (!exists) return;
  atomicMax(&ready.common->center_square, __float_as_uint(rounded_up(square)));
  atomicMax(&ready.common->remainder_square, __float_as_uint(rounded_up(remainder)));
}

}  // namespace cohort::cuda
