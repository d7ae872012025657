#include "cuda/scan.hpp"
#include "cuda/transfer.hpp"

#if defined(__CUDACC__)
#include <thrust/execution_policy.h>
#include <thrust/scan.h>
#else
#include <numeric>
#endif

namespace cohort::cuda {

namespace {

#if defined(__CUDACC__)

/// Thrust's scratch memory, taken and given back in the stream's order like all other.
class StreamMemory {
 public:
  using value_type = char;
  explicit StreamMemory(const Device& device) : device_(device) {}
  [[nodiscard]] char* allocate(std::ptrdiff_t bytes) const {
    return static_cast<char*>(take_memory(device_, static_cast<std::size_t>(bytes)));
  }
  void deallocate(char* taken, std::size_t) const { (void)cudaFreeAsync(taken, device_.stream()); }

 private:
  const Device& device_;
};

/// One pass over the values, by decoupled look-back: 16 bytes of traffic a value. Integers, so the
/// order in which blocks come by cannot change a bit.
void scan(std::int64_t* values, std::int64_t n, const Device& device) {
  StreamMemory memory(device);
  thrust::exclusive_scan(thrust::cuda::par_nosync(memory).on(device.stream()), values, values + n,
                         values, std::int64_t{0});
}

#else

/// Thrust's algorithms cannot be emulated: their twin.
void scan(std::int64_t* values, std::int64_t n, const Device& device) {
  device.wait();
  std::exclusive_scan(values, values + n, values, std::int64_t{0});
}

#endif

}  // namespace

std::int64_t scan_exclusively(const DeviceArray<std::int64_t>& values, const Device& device) {
  if (values.size() == 0) return 0;
  scan(values.data(), values.size(), device);
  std::int64_t total = 0;
  copy_to_host<std::int64_t>(device, values.data() + values.size() - 1, std::span(&total, 1));
  return total;
}

}  // namespace cohort::cuda
