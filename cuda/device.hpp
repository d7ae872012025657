#pragma once
/// The GPU that a backend computes on, and the one stream on which its work goes, in order.

#include <cstdint>
#include <string>

#include "cuda/gpu.hpp"

namespace cohort::cuda {

class Device {
 public:
  explicit Device(int ordinal);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int multiprocessors() const { return multiprocessors_; }
  [[nodiscard]] cudaStream_t stream() const { return stream_; }
  /// 9 for capability 9.0.
  [[nodiscard]] int capability_major() const { return capability_major_; }
  /// Bytes of shared memory that a block may ask for.
  [[nodiscard]] std::size_t shared_memory() const { return shared_memory_; }

  /// Blocks of a kernel that fill the device: those resident at once, and no more than there is
  /// work for. A cooperative kernel may have as many. \param work  blocks that would each have
  /// something to do
  template <class... P>
  [[nodiscard]] unsigned blocks_for(void (*kernel)(P...), unsigned threads,
                                    std::size_t shared_bytes, std::int64_t work) const {
    return filling_blocks(reinterpret_cast<const void*>(kernel), threads, shared_bytes, work);
  }

  /// Until everything on the stream is done. A kernel that failed is thrown here.
  void wait() const;

  /// Bytes that arrays may still take.
  [[nodiscard]] std::int64_t available_memory() const;

  /// Throws MemoryError "WHAT needs 28.8 GB of GPU memory and 21.0 GB are available; WHAT_TO_DO".
  void require_memory(double bytes, const std::string& what, const std::string& what_to_do) const;

 private:
  [[nodiscard]] unsigned filling_blocks(const void* kernel, unsigned threads,
                                        std::size_t shared_bytes, std::int64_t work) const;

  int ordinal_;
  std::string name_;
  int multiprocessors_ = 0;
  int capability_major_ = 0;
  std::size_t shared_memory_ = 0;
  cudaStream_t stream_ = nullptr;
  cudaMemPool_t pool_ = nullptr;
};

}  // namespace cohort::cuda
