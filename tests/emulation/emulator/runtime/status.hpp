#pragma once
/// What calls answer. A refused call says why: cudaGetErrorString has it.

#include <string>

enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInsufficientDriver = 35,
  cudaErrorNoDevice = 100,
  cudaErrorInvalidDevice = 101,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorUnsupportedPtxVersion = 222,
  cudaErrorNotReady = 600,
  cudaErrorCooperativeLaunchTooLarge = 720
};

namespace emu {

/// The status, which cudaGetLastError() repeats. \param why  what cudaGetErrorString() adds to it
cudaError_t refuse(cudaError_t status, const std::string& why);

}  // namespace emu

[[nodiscard]] const char* cudaGetErrorName(cudaError_t status);
[[nodiscard]] const char* cudaGetErrorString(cudaError_t status);
/// The last refusal, once.
cudaError_t cudaGetLastError();
cudaError_t cudaPeekAtLastError();
