#pragma once
/// How centres lie in the GPU's memory: as rows; or, for rows in registers, four at a time, for
/// each feature the four centres' values side by side, and behind the features half of their
/// squared norms. Centres that fill up the last four have coordinates 0 and an infinite norm.

#include <cstdint>

#include "cuda/gpu.hpp"

namespace cohort::cuda {

struct CenterLayout {
  std::int64_t clusters;
  std::int64_t features;
  std::int64_t stride;    ///< values of a centre
  std::int64_t together;  ///< centres side by side

  /// k rows of d.
  [[nodiscard]] static CenterLayout rows(std::int64_t k, std::int64_t d) { return {k, d, d, 1}; }
  /// In fours. \param width  the features, padded
  [[nodiscard]] static CenterLayout fours(std::int64_t k, std::int64_t d, int width) {
    return {k, d, width + 1, 4};
  }

  [[nodiscard]] __host__ __device__ bool has_norms() const { return together > 1; }
  /// Centres with those that fill up.
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
