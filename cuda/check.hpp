#pragma once
/// What CUDA's runtime answers, as exceptions. Included by cuda/gpu.hpp, behind the runtime.

#include <string>

#include "cohort/error.hpp"

namespace cohort::cuda {

/// \param doing  what was tried, as a participle: "copying results"
inline void check(cudaError_t status, const char* doing) {
  if (status == cudaSuccess) return;
  (void)cudaGetLastError();  // or the next launch would answer for this one
  throw DeviceError(std::string("the GPU failed while ") + doing + ": " +
                    cudaGetErrorString(status) + " (" + cudaGetErrorName(status) +
                    "); --device cpu computes the same");
}

}  // namespace cohort::cuda
