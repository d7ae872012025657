#pragma once
/// How far a fit has come, told while its kernels run.

#include <chrono>
#include <thread>

#include "cohort/progress.hpp"

#include "cuda/array.hpp"

namespace cohort::cuda {

/// Passes over the data, counted by a kernel for the host to read.
struct PassCount {
  volatile std::int64_t* told;  ///< memory of the host; null: nobody listens
  std::int64_t before;          ///< the kernel

  /// \param made  by the kernel so far
  __device__ void tell(std::int64_t made) const {
    if (told != nullptr && blockIdx.x == 0 && threadIdx.x == 0) *told = before + made;
  }
};

class Passes {
 public:
  Passes(const Device& device, const ProgressListener& listener)
      : device_(device), listener_(listener), told_(1) {
    *told_.data() = 0;
  }
  // Kernels write to told_.
  ~Passes() { (void)cudaStreamSynchronize(device_.stream()); }
  Passes(const Passes&) = delete;
  Passes& operator=(const Passes&) = delete;

  /// For the next kernel on the stream to count on with, once all before it are done.
  [[nodiscard]] PassCount count() const {
    return {listener_ ? told_.data() : nullptr, *told_.data()};
  }
  /// Passes that the host counts.
  void add(std::int64_t passes) {
    *told_.data() += passes;
    tell();
  }
  /// Until everything on the stream is done; tells the listener at most ten times a second.
  void wait() {
    if (!listener_) return device_.wait();
    const Event all;
    all.record(device_.stream());
    while (!all.done()) {
      std::this_thread::sleep_for(std::chrono::microseconds(500));
      tell();
    }
    device_.wait();
    tell();
  }

 private:
  void tell() {
    const auto now = std::chrono::steady_clock::now();
    if (!listener_ || now - last_told_ < std::chrono::milliseconds(100)) return;
    last_told_ = now;
    listener_({"K-means", *static_cast<volatile std::int64_t*>(told_.data()), 0, "passes"});
  }

  const Device& device_;
  const ProgressListener& listener_;
  PinnedArray<std::int64_t> told_;
  std::chrono::steady_clock::time_point last_told_ = std::chrono::steady_clock::now();
};

}  // namespace cohort::cuda
