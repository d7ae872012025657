#pragma once
/// The CUDA backend as the engine sees it.

#include <memory>

#include "cohort/backend.hpp"

namespace cohort::cuda {

/// \param host     does what needs no device, and what is faster without one
/// \param ordinal  of the device, as CUDA counts
[[nodiscard]] std::unique_ptr<Backend> make_backend(std::unique_ptr<Backend> host, int ordinal);

}  // namespace cohort::cuda
