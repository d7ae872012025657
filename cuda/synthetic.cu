/// Rows to time operations on, made where they are needed: 4 bytes written an element, and the
/// arithmetic of its random numbers.

#include "cohort/synthetic.hpp"

#include "cuda/operations.hpp"

namespace cohort::cuda {

namespace {

constexpr unsigned kThreads = 256;

/// x: tiles x d x 32. A warp takes one feature of one tile at a time. Rows that do not exist become
/// 0.
__global__ void __launch_bounds__(256) fill_synthetic(SyntheticRows rows, float* x) {
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (kThreads / 32);
  const std::int64_t tiles = (rows.rows + kTileRows - 1) / kTileRows;
  const unsigned lane = threadIdx.x % 32;
  for (std::int64_t line =
           static_cast<std::int64_t>(blockIdx.x) * (kThreads / 32) + threadIdx.x / 32;
       line < tiles * rows.features; line += warps) {
    const std::int64_t i = line / rows.features * kTileRows + lane;
    x[line * kTileRows + lane] =
        i < rows.rows ? synthetic_value(rows, i, line % rows.features) : 0.0F;
  }
}

}  // namespace

std::unique_ptr<CudaDataSet> synthetic(const SyntheticRows& rows, const Device& device) {
  device.require_memory(
      static_cast<double>(rows.rows) * static_cast<double>(rows.features) * sizeof(float),
      "the feature matrix", "use --device cpu or fewer rows");
  auto result = std::make_unique<CudaDataSet>(device, rows.rows, rows.features);
  if (rows.rows == 0 || rows.features == 0) return result;
  const std::int64_t lines = result->tiles() * rows.features;
  const unsigned blocks =
      device.blocks_for(fill_synthetic, kThreads, 0, (lines + kThreads / 32 - 1) / (kThreads / 32));
  launch(device.stream(), {dim3(blocks), dim3(kThreads)}, fill_synthetic, rows, result->x());
  device.wait();
  return result;
}

}  // namespace cohort::cuda
