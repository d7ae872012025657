#include "cuda/download.hpp"
#include "cuda/nearest_wide.hpp"
#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

Assignment assign(const CudaDataSet& data, MatrixView<const float> centers, const Device& device) {
  if (data.rows() == 0) return {};
  const std::int64_t n = data.rows();
  const std::int64_t d = data.features();
  const std::int64_t k = centers.rows();
  const double results = 8.0 * static_cast<double>(n);
  device.require_memory(results + WideNearest::memory(n, d, k, wide_method(n, d, k)),
                        "assigning rows to centres", "use --device cpu or fewer rows");
  const WideNearest nearest(device, n, d, k);
  const DeviceArray<float> there =
      on_device<float>(device, {centers.data(), static_cast<std::size_t>(k * d)});
  const DeviceArray<std::int32_t> labels(device, n);
  const DeviceArray<float> distances(device, n);
  nearest.label(data.view(), there.data(), labels.data(), distances.data());
  return {much_on_host(device, labels), much_on_host(device, distances)};
}

}  // namespace cohort::cuda
