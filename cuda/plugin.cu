#include <cstdio>

#include <cuda_runtime_api.h>

#include "cuda/backend.hpp"
#include "cuda/plugin.hpp"

extern "C" __attribute__((visibility("default"))) cohort::Backend* cohort_cuda_backend(
    cohort::Backend* host) {
  return cohort::cuda::make_backend(std::unique_ptr<cohort::Backend>(host), 0).release();
}

/// Counts the devices and names the first.
extern "C" __attribute__((visibility("default"))) void cohort_cuda_probe(cohort::CudaProbe* probe) {
  const cudaError_t counted = cudaGetDeviceCount(&probe->devices);
  if (counted != cudaSuccess) {
    probe->devices = 0;
    std::snprintf(probe->problem, sizeof probe->problem, "%s (%s)", cudaGetErrorString(counted),
                  cudaGetErrorName(counted));
    return;
  }
  if (probe->devices == 0) {
    std::snprintf(probe->problem, sizeof probe->problem, "the driver lists no device");
    return;
  }
  cudaDeviceProp properties{};
  const cudaError_t asked = cudaGetDeviceProperties(&properties, 0);
  if (asked != cudaSuccess) {
    probe->devices = 0;
    std::snprintf(probe->problem, sizeof probe->problem, "%s (%s)", cudaGetErrorString(asked),
                  cudaGetErrorName(asked));
    return;
  }
  std::snprintf(probe->device, sizeof probe->device, "%s", properties.name);
}
