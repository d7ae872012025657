#pragma once
/// The calls of CUDA's runtime that host code makes, on the heap (tests only). A stream is a queue
/// that runs only when somebody waits for it, as late as CUDA may: a result read too early, or a
/// buffer given back or reused too soon, shows as wrong values or as an address error.

#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <utility>

#include "cuda_emulator.hpp"

enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInsufficientDriver = 35,
  cudaErrorNoDevice = 100,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorUnsupportedPtxVersion = 222,
  cudaErrorNotReady = 600
};
inline const char* cudaGetErrorName(cudaError_t status) {
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
    case cudaErrorNoKernelImageForDevice:
      return "cudaErrorNoKernelImageForDevice";
    case cudaErrorUnsupportedPtxVersion:
      return "cudaErrorUnsupportedPtxVersion";
    case cudaErrorNotReady:
      return "cudaErrorNotReady";
  }
  return "unknown";
}
inline const char* cudaGetErrorString(cudaError_t status) {
  return cudaGetErrorName(status);
}
inline cudaError_t cudaGetLastError() {
  return cudaSuccess;
}

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

/// Exact sizes, so that the address sanitizer sees one element too many; filled with 0xff: NaN, -1.
class Heap {
 public:
  void* take(std::size_t bytes) {
    if (used_ + bytes > device.memory) return nullptr;
    void* taken = std::malloc(bytes > 0 ? bytes : 1);
    std::memset(taken, 0xff, bytes);
    taken_[taken] = bytes;
    used_ += bytes;
    return taken;
  }
  bool give_back(void* taken) {
    const auto found = taken_.find(taken);
    if (found == taken_.end()) return false;
    used_ -= found->second;
    taken_.erase(found);
    std::free(taken);
    return true;
  }
  /// Whether [from, from + bytes) lies inside one allocation.
  [[nodiscard]] bool covers(const void* from, std::size_t bytes) const {
    auto found = taken_.upper_bound(const_cast<void*>(from));
    if (found == taken_.begin()) return false;
    --found;
    return static_cast<const char*>(from) + bytes <=
           static_cast<const char*>(found->first) + found->second;
  }
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  std::map<void*, std::size_t> taken_;
  std::size_t used_ = 0;
};
inline Heap heap;

struct Stream {
  std::deque<std::function<void()>> work;
  std::size_t done = 0;  ///< pieces run since the beginning

  void put(std::function<void()> piece) { work.push_back(std::move(piece)); }
  [[nodiscard]] std::size_t put_so_far() const { return done + work.size(); }
  void run_up_to(std::size_t count) {
    while (done < count && !work.empty()) {
      const std::function<void()> piece = std::move(work.front());
      work.pop_front();
      ++done;
      piece();
    }
  }
  void run_all() { run_up_to(put_so_far()); }
};
struct Event {
  Stream* stream = nullptr;
  std::size_t mark = 0;
};
struct Pool {};
inline Pool pool;

}  // namespace emu

using cudaStream_t = emu::Stream*;
using cudaEvent_t = emu::Event*;
using cudaMemPool_t = emu::Pool*;

// ---------------------------------------------------------------- devices
struct cudaDeviceProp {
  char name[256];
  int multiProcessorCount, major, minor;
  std::size_t totalGlobalMem, sharedMemPerBlockOptin;
};
inline cudaError_t cudaGetDeviceCount(int* count) {
  *count = emu::device.on_count == cudaSuccess ? 1 : 0;
  return emu::device.on_count;
}
inline cudaError_t cudaDriverGetVersion(int* version) {
  *version = emu::device.driver;
  return cudaSuccess;
}
inline cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}
inline cudaError_t cudaSetDevice(int ordinal) {
  return ordinal == 0 ? cudaSuccess : cudaErrorInvalidValue;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {"emulated", emu::device.multiprocessors, 9, 0, emu::device.memory, 227U << 10};
  return cudaSuccess;
}
inline cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  *total = emu::device.memory;
  *free = *total - emu::heap.used();
  return cudaSuccess;
}

// ---------------------------------------------------------------- kernels
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
inline cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute, int bytes) {
  return bytes <= (227 << 10) ? cudaSuccess : cudaErrorInvalidValue;
}
struct cudaFuncAttributes {
  int numRegs;
};
inline cudaError_t cudaFuncGetAttributes(cudaFuncAttributes*, const void*) {
  return emu::device.on_kernel;
}
inline cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void*,
                                                                 int threads,
                                                                 std::size_t shared_bytes) {
  *blocks =
      threads > 1024 || shared_bytes > (227U << 10) ? 0 : emu::device.blocks_per_multiprocessor;
  return cudaSuccess;
}

// ---------------------------------------------------------------- streams and events
inline constexpr unsigned cudaStreamNonBlocking = 1;
inline constexpr unsigned cudaEventDisableTiming = 2;
inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new emu::Stream;
  return cudaSuccess;
}
inline cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  stream->run_all();
  return cudaSuccess;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  return cudaSuccess;
}
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new emu::Event;
  return cudaSuccess;
}
inline cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  *event = {stream, stream->put_so_far()};
  return cudaSuccess;
}
inline cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (event->stream != nullptr) event->stream->run_up_to(event->mark);
  return cudaSuccess;
}
/// A piece of work is done each time that somebody asks.
inline cudaError_t cudaEventQuery(cudaEvent_t event) {
  if (event->stream == nullptr || event->stream->done >= event->mark) return cudaSuccess;
  event->stream->run_up_to(event->stream->done + 1);
  return cudaErrorNotReady;
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}

// ---------------------------------------------------------------- memory
enum cudaMemPoolAttr {
  cudaMemPoolAttrReleaseThreshold,
  cudaMemPoolAttrReservedMemCurrent,
  cudaMemPoolAttrUsedMemCurrent
};
inline cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int) {
  *pool = &emu::pool;
  return cudaSuccess;
}
inline cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) {
  return cudaSuccess;
}
inline cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t, cudaMemPoolAttr, void* value) {
  *static_cast<std::uint64_t*>(value) = emu::heap.used();
  return cudaSuccess;
}
template <class T>
cudaError_t cudaMallocAsync(T** taken, std::size_t bytes, cudaStream_t) {
  *taken = static_cast<T*>(emu::heap.take(bytes));
  return *taken != nullptr ? cudaSuccess : cudaErrorMemoryAllocation;
}
inline cudaError_t cudaFreeAsync(void* taken, cudaStream_t stream) {
  if (!emu::heap.covers(taken, 1)) return cudaErrorInvalidValue;
  stream->put([taken] { emu::heap.give_back(taken); });
  return cudaSuccess;
}
inline constexpr unsigned cudaHostAllocDefault = 0;
inline constexpr unsigned cudaHostAllocMapped = 2;
inline cudaError_t cudaHostAlloc(void** taken, std::size_t bytes, unsigned) {
  *taken = std::malloc(bytes > 0 ? bytes : 1);
  std::memset(*taken, 0xff, bytes);
  return cudaSuccess;
}
inline cudaError_t cudaFreeHost(void* taken) {
  std::free(taken);
  return cudaSuccess;
}
enum cudaMemcpyKind {
  cudaMemcpyHostToHost,
  cudaMemcpyHostToDevice,
  cudaMemcpyDeviceToHost,
  cudaMemcpyDeviceToDevice,
  cudaMemcpyDefault
};
/// A wrong kind and an access past an allocation's end are refused.
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes,
                                   cudaMemcpyKind kind, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if (kind != cudaMemcpyDefault &&
      (to_device != emu::heap.covers(to, bytes) || from_device != emu::heap.covers(from, bytes)))
    return cudaErrorInvalidValue;
  stream->put([=] { std::memmove(to, from, bytes); });
  return cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void* at, int byte, std::size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (!emu::heap.covers(at, bytes)) return cudaErrorInvalidValue;
  stream->put([=] { std::memset(at, byte, bytes); });
  return cudaSuccess;
}
