#include "runtime/memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "runtime/device.hpp"

namespace emu {

std::vector<Heap::Allocation>::const_iterator Heap::at_or_before(const void* at) const {
  const auto after = std::upper_bound(
      taken_.begin(), taken_.end(), static_cast<const char*>(at),
      [](const char* p, const Allocation& allocation) { return p < allocation.at; });
  return after == taken_.begin() ? taken_.end() : after - 1;
}

void* Heap::take(std::size_t bytes) {
  auto* taken = static_cast<char*>(std::malloc(bytes > 0 ? bytes : 1));
  std::memset(taken, 0xff, bytes);
  const auto before = at_or_before(taken);
  taken_.insert(before == taken_.end() ? taken_.begin() : before + 1, {taken, bytes});
  used_ += bytes;
  return taken;
}

bool Heap::give_back(void* taken) {
  const auto found = at_or_before(taken);
  if (found == taken_.end() || found->at != taken) return false;
  used_ -= found->bytes;
  taken_.erase(found);
  std::free(taken);
  return true;
}

bool Heap::covers(const void* from, std::size_t bytes) const {
  const auto found = at_or_before(from);
  return found != taken_.end() &&
         static_cast<const char*>(from) + bytes <= found->at + found->bytes;
}

cudaError_t take_on_device(void** taken, std::size_t bytes) {
  *taken = nullptr;
  if (heap.used() + bytes > device.memory)
    return refuse(cudaErrorMemoryAllocation, std::to_string(bytes) + " bytes, where " +
                                                 std::to_string(heap.used()) + " of " +
                                                 std::to_string(device.memory) + " are taken");
  *taken = heap.take(bytes);
  return cudaSuccess;
}

}  // namespace emu

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int) {
  *pool = &emu::pool;
  return cudaSuccess;
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) {
  return cudaSuccess;
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t, cudaMemPoolAttr, void* value) {
  *static_cast<std::uint64_t*>(value) = emu::heap.used();
  return cudaSuccess;
}

cudaError_t cudaFreeAsync(void* taken, cudaStream_t stream) {
  if (!emu::heap.covers(taken, 0))
    return emu::refuse(cudaErrorInvalidValue,
                       "cudaFreeAsync of what is no allocation of the device");
  stream->put([taken] { emu::heap.give_back(taken); });
  return cudaSuccess;
}

cudaError_t cudaHostAlloc(void** taken, std::size_t bytes, unsigned flags) {
  *taken = (flags & cudaHostAllocMapped ? emu::mapped : emu::pinned).take(bytes);
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* taken) {
  if (emu::pinned.give_back(taken) || emu::mapped.give_back(taken)) return cudaSuccess;
  return emu::refuse(cudaErrorInvalidValue, "cudaFreeHost of what cudaHostAlloc did not give");
}

cudaError_t cudaHostGetDevicePointer(void** on_device, void* host, unsigned) {
  if (!emu::mapped.covers(host, 1))
    return emu::refuse(cudaErrorInvalidValue,
                       "cudaHostGetDevicePointer of memory without cudaHostAllocMapped");
  *on_device = host;
  return cudaSuccess;
}
