#pragma once
/// Memory of the device, and pinned memory of the host, both on the heap.

#include <cstddef>
#include <vector>

#include "runtime/status.hpp"
#include "runtime/streams.hpp"

namespace emu {

/// Exact sizes, so that the address sanitizer sees one element too many; filled with 0xff: NaN, -1.
class Heap {
 public:
  void* take(std::size_t bytes);
  bool give_back(void* taken);
  /// Whether [from, from + bytes) lies inside one allocation.
  [[nodiscard]] bool covers(const void* from, std::size_t bytes) const;
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  struct Allocation {
    char* at;
    std::size_t bytes;
  };
  /// The last allocation that begins at `at` or before; end() where there is none.
  [[nodiscard]] std::vector<Allocation>::const_iterator at_or_before(const void* at) const;

  std::vector<Allocation> taken_;  ///< by address
  std::size_t used_ = 0;
};
inline Heap heap;    ///< the device's
inline Heap pinned;  ///< the host's that the device copies from and to
inline Heap mapped;  ///< the host's that kernels may use too

struct Pool {};
inline Pool pool;

/// cudaMallocAsync without its type.
cudaError_t take_on_device(void** taken, std::size_t bytes);

}  // namespace emu

using cudaMemPool_t = emu::Pool*;
enum cudaMemPoolAttr {
  cudaMemPoolAttrReleaseThreshold,
  cudaMemPoolAttrReservedMemCurrent,
  cudaMemPoolAttrUsedMemCurrent
};
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int ordinal);
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value);
cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value);

template <class T>
cudaError_t cudaMallocAsync(T** taken, std::size_t bytes, cudaStream_t) {
  void* memory = nullptr;
  const cudaError_t status = emu::take_on_device(&memory, bytes);
  *taken = static_cast<T*>(memory);
  return status;
}
/// The memory goes when the stream gets there.
cudaError_t cudaFreeAsync(void* taken, cudaStream_t stream);

inline constexpr unsigned cudaHostAllocDefault = 0;
inline constexpr unsigned cudaHostAllocMapped = 2;
cudaError_t cudaHostAlloc(void** taken, std::size_t bytes, unsigned flags);
cudaError_t cudaFreeHost(void* taken);
/// What kernels call `host`, inside memory taken with cudaHostAllocMapped.
cudaError_t cudaHostGetDevicePointer(void** on_device, void* host, unsigned flags);
