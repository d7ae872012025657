#pragma once
/// Weights that are already on the GPU.

#include <cstdint>

#include "cuda/array.hpp"

namespace cohort::cuda {

[[nodiscard]] float largest_weight(const DeviceArray<float>& weights, const Device& device);

/// total_of() the first n.
[[nodiscard]] double total_weight(const DeviceArray<float>& weights, std::int64_t n,
                                  const Device& device);

}  // namespace cohort::cuda
