#include <bit>

#include "cohort/weighted_sum.hpp"

#include "cuda/transfer.hpp"
#include "cuda/weights.cuh"
#include "cuda/weights.hpp"

namespace cohort::cuda {

namespace {

template <class... P>
LaunchShape over_weights(void (*kernel)(P...), std::int64_t n, const Device& device) {
  return {
      dim3(device.blocks_for(kernel, kWeightThreads, 0, (n + kWeightThreads - 1) / kWeightThreads)),
      dim3(kWeightThreads)};
}

}  // namespace

float largest_weight(const DeviceArray<float>& weights, const Device& device) {
  const DeviceArray<unsigned> largest = zeros<unsigned>(device, 1);
  launch(device.stream(), over_weights(find_largest_weight, weights.size(), device),
         find_largest_weight, weights.data(), weights.size(), largest.data());
  return std::bit_cast<float>(on_host(device, largest)[0]);
}

double total_weight(const DeviceArray<float>& weights, std::int64_t n, const Device& device) {
  const Grid grid = weight_grid(largest_weight(weights, device), n);
  const DeviceArray<WrappingSum> total = zeros<WrappingSum>(device, 1);
  launch(device.stream(), over_weights(add_weights, n, device), add_weights, weights.data(), n,
         grid.steps_per_unit(), total.data());
  return from_grid(static_cast<std::int64_t>(on_host(device, total)[0]), grid);
}

}  // namespace cohort::cuda
