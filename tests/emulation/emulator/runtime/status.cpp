#include "runtime/status.hpp"

#include <utility>

namespace {

struct Refusal {
  cudaError_t status = cudaSuccess, last = cudaSuccess;
  std::string text;
};
thread_local Refusal refusal;

}  // namespace

cudaError_t emu::refuse(cudaError_t status, const std::string& why) {
  refusal = {status, status, std::string(cudaGetErrorName(status)) + ": " + why};
  return status;
}

const char* cudaGetErrorName(cudaError_t status) {
  switch (status) {
    case cudaSuccess:
      return "cudaSuccess";
    case cudaErrorInvalidValue:
      return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation:
      return "cudaErrorMemoryAllocation";
    case cudaErrorInsufficientDriver:
      return "cudaErrorInsufficientDriver";
    case cudaErrorNoDevice:
      return "cudaErrorNoDevice";
    case cudaErrorInvalidDevice:
      return "cudaErrorInvalidDevice";
    case cudaErrorNoKernelImageForDevice:
      return "cudaErrorNoKernelImageForDevice";
    case cudaErrorUnsupportedPtxVersion:
      return "cudaErrorUnsupportedPtxVersion";
    case cudaErrorNotReady:
      return "cudaErrorNotReady";
    case cudaErrorCooperativeLaunchTooLarge:
      return "cudaErrorCooperativeLaunchTooLarge";
  }
  return "unknown";
}

const char* cudaGetErrorString(cudaError_t status) {
  return status != cudaSuccess && status == refusal.status ? refusal.text.c_str()
                                                           : cudaGetErrorName(status);
}

cudaError_t cudaGetLastError() {
  return std::exchange(refusal.last, cudaSuccess);
}

cudaError_t cudaPeekAtLastError() {
  return refusal.last;
}
