#include <algorithm>
#include <limits>

#include "cohort/memory.hpp"

#include "cuda/device.hpp"

namespace cohort::cuda {

Device::Device(int ordinal) : ordinal_(ordinal) {
  check(cudaSetDevice(ordinal), "choosing the device");
  cudaDeviceProp properties = {};
  check(cudaGetDeviceProperties(&properties, ordinal), "asking what the device is");
  name_ = properties.name;
  multiprocessors_ = properties.multiProcessorCount;
  capability_major_ = properties.major;
  shared_memory_ = properties.sharedMemPerBlockOptin;
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
  check(cudaDeviceGetDefaultMemPool(&pool_, ordinal), "asking for the memory pool");
  // Freed memory stays in the pool for the next array: the driver is asked once, not every time.
  auto keep = std::numeric_limits<std::uint64_t>::max();
  check(cudaMemPoolSetAttribute(pool_, cudaMemPoolAttrReleaseThreshold, &keep),
        "setting up the memory pool");
}

Device::~Device() {
  (void)cudaStreamSynchronize(stream_);
  (void)cudaStreamDestroy(stream_);
}

void Device::wait() const {
  check(cudaStreamSynchronize(stream_), "computing");
}

std::int64_t Device::available_memory() const {
  std::size_t free = 0;
  std::size_t total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for free memory");
  std::uint64_t reserved = 0;
  std::uint64_t used = 0;
  check(cudaMemPoolGetAttribute(pool_, cudaMemPoolAttrReservedMemCurrent, &reserved),
        "asking for free memory");
  check(cudaMemPoolGetAttribute(pool_, cudaMemPoolAttrUsedMemCurrent, &used),
        "asking for free memory");
  return static_cast<std::int64_t>(free + (reserved - used));
}

void Device::require_memory(double bytes, const std::string& what,
                            const std::string& what_to_do) const {
  const auto available = static_cast<double>(available_memory());
  if (bytes <= available) return;
  throw MemoryError(what + " needs " + readable_bytes(bytes) + " of GPU memory and " +
                    readable_bytes(available) + " are available; " + what_to_do);
}

unsigned Device::filling_blocks(const void* kernel, unsigned threads, std::size_t shared_bytes,
                                std::int64_t work) const {
  if (shared_bytes > (48U << 10))
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shared_bytes)),
          "asking for shared memory");
  int resident = 0;
  check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&resident, kernel, static_cast<int>(threads),
                                                      shared_bytes),
        "asking how many blocks fit");
  if (resident == 0)
    throw DeviceError("the GPU cannot hold a block of " + std::to_string(threads) +
                      " threads with " + readable_bytes(static_cast<double>(shared_bytes)) +
                      " of shared memory; --device cpu computes the same");
  const std::int64_t filling = static_cast<std::int64_t>(resident) * multiprocessors_;
  return static_cast<unsigned>(std::clamp<std::int64_t>(work, 1, filling));
}

}  // namespace cohort::cuda
