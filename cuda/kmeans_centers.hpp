#pragma once
/// Centres as kernels read them: a few at a time, for each feature the few centres' values side by
/// side, and behind the features half of their squared norms. Centres that fill up the last few
/// have coordinates 0 and an infinite norm.

#include <cstdint>

#include "cuda/gpu.hpp"

namespace cohort::cuda {

/// Centres that a thread measures its rows against at once.
[[nodiscard]] __host__ __device__ constexpr int centers_together(int width) {
  return width == 0 ? 8 : 4;
}

struct CenterLayout {
  std::int64_t clusters;
  std::int64_t features;
  std::int64_t stride;    ///< features, padded, and the norm
  std::int64_t together;  ///< centers_together()

  /// \param width  the features' padded_width()
  CenterLayout(std::int64_t k, std::int64_t d, int width)
      : clusters(k), features(d), stride((width == 0 ? d : width) + 1),
        together(centers_together(width)) {}

  /// Centres with those that fill up the last few.
  [[nodiscard]] __host__ __device__ std::int64_t filled() const {
    return (clusters + together - 1) / together * together;
  }
  [[nodiscard]] __host__ __device__ std::int64_t size() const { return filled() * stride; }
  [[nodiscard]] __host__ __device__ std::int64_t at(std::int64_t c, std::int64_t j) const {
    return (c / together * stride + j) * together + c % together;
  }
  [[nodiscard]] __host__ __device__ std::int64_t half_norm(std::int64_t c) const {
    return at(c, stride - 1);
  }
};

}  // namespace cohort::cuda
