#pragma once
/// The emulated device and what it says of itself.

#include <cstddef>

#include "runtime/status.hpp"

namespace emu {

/// The device that the emulation pretends to be: small, so that grids have several rounds to go.
struct EmulatedDevice {
  int multiprocessors = 3;
  int blocks_per_multiprocessor = 2;
  std::size_t memory = std::size_t{8} << 30;
  int driver = 13000;
  cudaError_t on_count = cudaSuccess;   ///< what counting devices answers
  cudaError_t on_kernel = cudaSuccess;  ///< what asking for a kernel answers
};
inline EmulatedDevice device;

}  // namespace emu

struct cudaDeviceProp {
  char name[256];
  int multiProcessorCount, major, minor;
  std::size_t totalGlobalMem, sharedMemPerBlockOptin;
};
struct cudaFuncAttributes {
  int numRegs;
};
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };

cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaDriverGetVersion(int* version);
cudaError_t cudaRuntimeGetVersion(int* version);
cudaError_t cudaSetDevice(int ordinal);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int ordinal);
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total);

cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute attribute, int value);
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void* kernel);
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void* kernel,
                                                          int threads, std::size_t shared_bytes);
