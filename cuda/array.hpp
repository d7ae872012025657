#pragma once
/// Memory of the GPU, and pinned memory of the host, owned.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "cohort/memory.hpp"

#include "cuda/device.hpp"

namespace cohort::cuda {

/// Bytes of the GPU's memory, in the stream's order. \throws MemoryError with the numbers
[[nodiscard]] inline void* take_memory(const Device& device, std::size_t bytes) {
  void* taken = nullptr;
  const cudaError_t status = cudaMallocAsync(&taken, bytes, device.stream());
  if (status == cudaErrorMemoryAllocation) {
    (void)cudaGetLastError();
    throw MemoryError(
        "the GPU has " + readable_bytes(static_cast<double>(device.available_memory())) +
        " of memory available and another " + readable_bytes(static_cast<double>(bytes)) +
        " are needed; use --device cpu or fewer rows");
  }
  check(status, "taking memory");
  return taken;
}

/// `size` elements in the GPU's memory, not initialised; taken and given back in the stream's
/// order.
template <class T>
class DeviceArray {
 public:
  DeviceArray() = default;
  /// \param device  outlives this \throws MemoryError with the numbers
  DeviceArray(const Device& device, std::int64_t size) : size_(size) {
    if (size == 0) return;
    data_ = {static_cast<T*>(take_memory(device, bytes())), Release{device.stream()}};
  }

  [[nodiscard]] T* data() const { return data_.get(); }
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(size_) * sizeof(T); }

 private:
  struct Release {
    cudaStream_t stream = nullptr;
    void operator()(T* taken) const { (void)cudaFreeAsync(taken, stream); }
  };
  std::unique_ptr<T[], Release> data_;
  std::int64_t size_ = 0;
};

/// Host memory that the GPU copies from and to while the host goes on.
template <class T>
class PinnedArray {
 public:
  explicit PinnedArray(std::int64_t size) : size_(size) {
    void* taken = nullptr;
    check(cudaHostAlloc(&taken, static_cast<std::size_t>(size) * sizeof(T), cudaHostAllocDefault),
          "pinning host memory");
    data_.reset(static_cast<T*>(taken));
  }
  [[nodiscard]] T* data() const { return data_.get(); }
  [[nodiscard]] std::int64_t size() const { return size_; }

 private:
  struct Release {
    void operator()(T* taken) const { (void)cudaFreeHost(taken); }
  };
  std::unique_ptr<T[], Release> data_;
  std::int64_t size_ = 0;
};

/// A mark in the stream's work that can be waited for.
class Event {
 public:
  Event() { check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "making an event"); }
  ~Event() { (void)cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(cudaStream_t stream) const { check(cudaEventRecord(event_, stream), "computing"); }
  /// Until the work before the last record() is done; at once where there was none.
  void wait() const { check(cudaEventSynchronize(event_), "computing"); }
  /// Whether wait() would return at once.
  [[nodiscard]] bool done() const {
    const cudaError_t status = cudaEventQuery(event_);
    if (status == cudaErrorNotReady) return false;
    check(status, "computing");
    return true;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace cohort::cuda
