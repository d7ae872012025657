#include "cuda/nearest_wide.hpp"
#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

Assignment assign(const CudaDataSet& data, MatrixView<const float> centers, const Device& device) {
  if (data.rows() == 0) return {};
  const WideNearest nearest(device, data.rows(), data.features(), centers.rows());
  const DeviceArray<float> there = on_device<float>(
      device, {centers.data(), static_cast<std::size_t>(centers.rows() * centers.cols())});
  const DeviceArray<std::int32_t> labels(device, data.rows());
  const DeviceArray<float> distances(device, data.rows());
  nearest.label(data.view(), there.data(), labels.data(), distances.data());
  return {on_host(device, labels), on_host(device, distances)};
}

}  // namespace cohort::cuda
