#pragma once
/// Results as large as the data: through two pinned buffers, so that the GPU fills one while the
/// host empties the other.

#include <algorithm>
#include <cstring>

#include "cuda/transfer.hpp"

namespace cohort::cuda {

/// copy_to_host() for many values.
template <class T>
void copy_much_to_host(const Device& device, const T* from, std::type_identity_t<std::span<T>> to) {
  constexpr std::size_t kChunk = std::max<std::size_t>((8U << 20) / sizeof(T), 1);
  if (to.size() <= kChunk) return copy_to_host<T>(device, from, to);
  struct Buffer {
    PinnedArray<T> values{static_cast<std::int64_t>(kChunk)};
    Event filled;
  };
  Buffer buffers[2];
  const std::size_t chunks = (to.size() + kChunk - 1) / kChunk;
  const auto part = [&](std::size_t chunk) {
    return to.subspan(chunk * kChunk, std::min(kChunk, to.size() - chunk * kChunk));
  };
  // One chunk more than there are: what is asked for in one round is emptied in the next.
  for (std::size_t chunk = 0; chunk <= chunks; ++chunk) {
    if (chunk < chunks) {
      Buffer& buffer = buffers[chunk % 2];
      check(cudaMemcpyAsync(buffer.values.data(), from + chunk * kChunk, part(chunk).size_bytes(),
                            cudaMemcpyDeviceToHost, device.stream()),
            "copying results");
      buffer.filled.record(device.stream());
    }
    if (chunk > 0) {
      Buffer& buffer = buffers[(chunk - 1) % 2];
      buffer.filled.wait();
      std::memcpy(part(chunk - 1).data(), buffer.values.data(), part(chunk - 1).size_bytes());
    }
  }
}

/// on_host() for many values.
template <class T>
[[nodiscard]] std::vector<T> much_on_host(const Device& device, const DeviceArray<T>& array) {
  std::vector<T> values(static_cast<std::size_t>(array.size()));
  copy_much_to_host<T>(device, array.data(), values);
  return values;
}

}  // namespace cohort::cuda
