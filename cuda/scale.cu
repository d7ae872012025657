/// x scaled into a new data set: 8 bytes of traffic an element, at the bandwidth of memory.

#include "cohort/scale.hpp"

#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

constexpr unsigned kThreads = 256;

/// x, z: tiles x d x 32; center, scale: d. A warp takes one feature of one tile at a time. Rows
/// that do not exist stay 0.
__global__ void __launch_bounds__(256)
    scale_tiles(Tiles data, const double* center, const double* scale, float* z) {
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (kThreads / 32);
  const unsigned lane = threadIdx.x % 32;
  for (std::int64_t line =
           static_cast<std::int64_t>(blockIdx.x) * (kThreads / 32) + threadIdx.x / 32;
       line < data.tiles() * data.features; line += warps) {
    const std::int64_t j = line % data.features;
    const bool exists = line / data.features * kTileRows + lane < data.rows;
    const std::int64_t at = line * kTileRows + lane;
    z[at] = exists ? scaled(data.x[at], center[j], scale[j]) : 0.0F;
  }
}

/// scaled() rises with x, so that the ends of a range stay its ends.
ColumnRanges scaled_ranges(const ColumnRanges& ranges, const Scaling& scaling) {
  ColumnRanges result = ranges;
  for (std::size_t j = 0; j < scaling.scale.size(); ++j) {
    for (float* end : {&result.minimum[j], &result.maximum[j]})
      *end = scaled(*end, scaling.center[j], scaling.scale[j]) + 0.0F;  // never -0
  }
  return result;
}

}  // namespace

std::unique_ptr<CudaDataSet> scale(const CudaDataSet& data, const Scaling& scaling,
                                   const Device& device) {
  auto result = std::make_unique<CudaDataSet>(device, data.rows(), data.features());
  result->weights = data.weights;
  if (data.ranges) result->ranges = scaled_ranges(*data.ranges, scaling);
  if (data.rows() == 0) return result;
  const DeviceArray<double> center = on_device<double>(device, scaling.center);
  const DeviceArray<double> unit = on_device<double>(device, scaling.scale);
  const std::int64_t lines = data.tiles() * data.features();
  const unsigned blocks =
      device.blocks_for(scale_tiles, kThreads, 0, (lines + kThreads / 32 - 1) / (kThreads / 32));
  launch(device.stream(), {dim3(blocks), dim3(kThreads)}, scale_tiles, data.view(), center.data(),
         unit.data(), result->x());
  device.wait();
  return result;
}

}  // namespace cohort::cuda
