#include "cuda/gather.cuh"
#include "cuda/gather.hpp"

namespace cohort::cuda {

std::unique_ptr<CudaDataSet> gather(const CudaDataSet& data, const DeviceArray<std::int64_t>& rows,
                                    const Device& device) {
  constexpr std::int64_t kWarps = kGatherThreads / 32;
  auto result = std::make_unique<CudaDataSet>(device, rows.size(), data.features());
  const std::int64_t lines = result->tiles() * data.features();
  if (lines == 0) return result;
  const unsigned blocks =
      device.blocks_for(gather_rows, kGatherThreads, 0, (lines + kWarps - 1) / kWarps);
  launch(device.stream(), {dim3(blocks), dim3(kGatherThreads)}, gather_rows, data.view(),
         rows.data(), rows.size(), result->x());
  return result;
}

}  // namespace cohort::cuda
