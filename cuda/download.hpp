#pragma once
/// Results as large as the data, in chunks.

#include "cuda/chunks.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

/// copy_to_host() for many values.
template <class T>
void copy_much_to_host(const Device& device, const T* from, std::type_identity_t<std::span<T>> to) {
  constexpr std::size_t kFew = (4U << 20) / sizeof(T);  // no pinned memory for so little
  if (to.size() <= kFew) return copy_to_host<T>(device, from, to);
  Chunks<T>(device, std::ssize(to), 1).to_host(from, to.data());
}

/// on_host() for many values.
template <class T>
[[nodiscard]] std::vector<T> much_on_host(const Device& device, const DeviceArray<T>& array) {
  std::vector<T> values(static_cast<std::size_t>(array.size()));
  copy_much_to_host<T>(device, array.data(), values);
  return values;
}

}  // namespace cohort::cuda
