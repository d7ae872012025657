#include "runtime/device.hpp"

#include <cstring>

#include "emu/shared_memory.hpp"
#include "runtime/memory.hpp"

namespace {

cudaError_t known(int ordinal) {
  return ordinal == 0
             ? cudaSuccess
             : emu::refuse(cudaErrorInvalidDevice, "there is no device " + std::to_string(ordinal));
}

}  // namespace

cudaError_t cudaGetDeviceCount(int* count) {
  *count = emu::device.on_count == cudaSuccess ? 1 : 0;
  return emu::device.on_count;
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = emu::device.driver;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int ordinal) {
  return known(ordinal);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int ordinal) {
  *properties = {"emulated", emu::device.multiprocessors, 9,
                 0,          emu::device.memory,          emu::kMaxShared};
  return known(ordinal);
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  *total = emu::device.memory;
  *free = *total - emu::heap.used();
  return cudaSuccess;
}

cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute, int value) {
  return static_cast<std::size_t>(value) <= emu::kMaxShared
             ? cudaSuccess
             : emu::refuse(cudaErrorInvalidValue,
                           std::to_string(value) + " bytes of dynamic shared memory are too many");
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  *attributes = {};
  return emu::device.on_kernel;
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void*, int threads,
                                                          std::size_t shared_bytes) {
  *blocks =
      threads > 1024 || shared_bytes > emu::kMaxShared ? 0 : emu::device.blocks_per_multiprocessor;
  return cudaSuccess;
}
