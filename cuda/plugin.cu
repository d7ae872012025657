#include <cstdio>

#include <cuda_runtime_api.h>

#include "cuda/plugin.hpp"

/// Counts the devices and names the first. Nothing is computed here: the stages come with the
/// backend.
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
