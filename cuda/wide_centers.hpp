#pragma once
/// Centres as the tensor cores take them: what wide_centers.cuh fills and wide_filter.cuh reads.

#include <cstdint>

#include "cuda/gpu.hpp"

namespace cohort::cuda {

inline constexpr int kStepFeatures = 16;  ///< of one tensor core product
inline constexpr int kChunkCenters = 64;  ///< scored at once by a warp
/// Of a step of a chunk: 4 pairs of 8 centres x 32 lanes x 16 bytes.
inline constexpr int kStepVectors = 128;
/// A score for centres that do not exist: below all that can come up, and finite.
inline constexpr float kNoScore = -0x1p100F;

/// What all centres have in common.
struct WideScale {
  float scale;                     ///< s
  std::uint32_t center_square;     ///< C^2, a float's bits: they sort like the floats
  std::uint32_t remainder_square;  ///< R^2 likewise
};

/// The ready centres; d is padded with zeros to steps x 16, k to chunks x 64.
struct WideCenters {
  std::int64_t count;     ///< k
  std::int64_t features;  ///< d
  int steps, chunks;
  float* middle;      ///< d: the reference point r
  float* half_range;  ///< d
  float* shift;       ///< steps x 16: -s r
  WideScale* common;  ///< 1
  /// Word w of a centre's step holds the features 2 w and 2 w + 1; with g = centre % 8 and
  /// t = w % 4 lane 4 g + t takes it. chunk x step x pair of eights x lane x (eight of the pair,
  /// w / 4).
  uint4* fragments;
  float* start;  ///< chunks x 64: -|c^|^2 / 2
  float* rows;   ///< k x (steps x 16): the centres themselves, padded

  [[nodiscard]] __host__ __device__ int padded_features() const { return steps * kStepFeatures; }
};

}  // namespace cohort::cuda
