#pragma once
/// What there is to compute on.

#include "cuda/plugin.hpp"

namespace cohort::cuda {

/// Fills in the first device, or the problem as one clause that says what to do about it.
[[nodiscard]] CudaProbe probe();

/// Bytes a second that copying one large array to another reads and writes.
[[nodiscard]] double copy_bandwidth();

}  // namespace cohort::cuda
