#pragma once
/// Running totals on the GPU.

#include <cstdint>

#include "cuda/array.hpp"

namespace cohort::cuda {

/// Each value becomes the sum of those before it; what the last becomes is returned. (Give it one
/// value more than are to be added, and it is the sum of all.)
[[nodiscard]] std::int64_t scan_exclusively(const DeviceArray<std::int64_t>& values,
                                            const Device& device);

}  // namespace cohort::cuda
