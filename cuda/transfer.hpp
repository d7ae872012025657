#pragma once
/// Copies between host and GPU that are small, or that the caller waits for. Large matrices go
/// through chunks.hpp, which overlaps.

#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "cuda/array.hpp"

namespace cohort::cuda {

/// The values are copied before this returns.
template <class T>
void copy_to_device(const Device& device, std::type_identity_t<std::span<const T>> from, T* to) {
  if (from.empty()) return;
  check(
      cudaMemcpyAsync(to, from.data(), from.size_bytes(), cudaMemcpyHostToDevice, device.stream()),
      "copying to the GPU");
  device.wait();
}

template <class T>
[[nodiscard]] DeviceArray<T> on_device(const Device& device,
                                       std::type_identity_t<std::span<const T>> values) {
  DeviceArray<T> array(device, static_cast<std::int64_t>(values.size()));
  copy_to_device<T>(device, values, array.data());
  return array;
}

/// Waits for all work on the stream, and so for the values.
template <class T>
void copy_to_host(const Device& device, const T* from, std::type_identity_t<std::span<T>> to) {
  if (to.empty()) return;
  check(cudaMemcpyAsync(to.data(), from, to.size_bytes(), cudaMemcpyDeviceToHost, device.stream()),
        "copying results");
  device.wait();
}

/// The first `size` elements.
template <class T>
[[nodiscard]] std::vector<T> on_host(const Device& device, const DeviceArray<T>& array,
                                     std::int64_t size) {
  std::vector<T> values(static_cast<std::size_t>(size));
  copy_to_host<T>(device, array.data(), values);
  return values;
}
template <class T>
[[nodiscard]] std::vector<T> on_host(const Device& device, const DeviceArray<T>& array) {
  return on_host(device, array, array.size());
}

/// Every byte becomes `byte`.
template <class T>
void fill_bytes(const Device& device, const DeviceArray<T>& array, int byte) {
  if (array.size() == 0) return;
  check(cudaMemsetAsync(array.data(), byte, array.bytes(), device.stream()), "clearing memory");
}

template <class T>
[[nodiscard]] DeviceArray<T> zeros(const Device& device, std::int64_t size) {
  DeviceArray<T> array(device, size);
  fill_bytes(device, array, 0);
  return array;
}

}  // namespace cohort::cuda
