/// The covariance of many features, by matrix products in double, which a GPU's tensor cores do at
/// the price of float32: 2 n d^2 operations, 0.6 s for 10M x 1000 at 30 TFLOP/s, where reading x
/// takes 10 ms. Rows are cut into segments by the data's size alone; a segment's products are one
/// sum of the library's, and segments are added in order.

#include <algorithm>

#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"
#include "cuda/wide_covariance.cuh"

namespace cohort::cuda {

namespace {

constexpr unsigned kThreads = 256;

/// How rows are cut: `count` segments at a time, each of so many tiles, until all rows have been.
struct Segments {
  Segments(std::int64_t tiles, std::int64_t d) {
    constexpr std::int64_t kBytes = std::int64_t{1} << 28;  // of sums, and of deviations
    constexpr std::int64_t kMost = 32;  // that fill the GPU where features are few
    const std::int64_t square = 8 * d * d;
    count = std::clamp<std::int64_t>(kBytes / square, 1, std::min(kMost, tiles));
    const std::int64_t held = kBytes / (8 * d * kTileRows * count);
    tiles_each =
        std::clamp<std::int64_t>((tiles + count - 1) / count, 1, std::max<std::int64_t>(held, 1));
    sums = count * d * d;
    deviations = count * tiles_each * kTileRows * d;
  }
  std::int64_t count = 0, tiles_each = 0;
  std::int64_t sums = 0, deviations = 0;  ///< doubles
};

}  // namespace

Matrix<double> wide_covariance(const CudaDataSet& data, std::span<const double> mean,
                               MatrixProducts& products, const Device& device) {
  const std::int64_t d = data.features();
  const Segments segments(std::max<std::int64_t>(data.tiles(), 1), d);
  device.require_memory(8.0 * static_cast<double>(segments.sums + segments.deviations + d * d),
                        "the covariance of " + std::to_string(d) + " features",
                        "leave features out");
  const DeviceArray<double> mean_there = on_device<double>(device, mean);
  const DeviceArray<double> sums = zeros<double>(device, segments.sums);
  const DeviceArray<double> deviations(device, segments.deviations);
  const std::int64_t tiles_at_once = segments.count * segments.tiles_each;
  const unsigned blocks =
      device.blocks_for(segment_deviations, kThreads, 0, (tiles_at_once * d + 7) / 8);
  for (std::int64_t tile = 0; tile < data.tiles(); tile += tiles_at_once) {
    launch(device.stream(), {dim3(blocks), dim3(kThreads)}, segment_deviations, data.view(), tile,
           tiles_at_once, segments.tiles_each, mean_there.data(), deviations.data());
    products.add_squares(deviations.data(), segments.tiles_each * kTileRows, d, segments.count,
                         sums.data());
  }

  const DeviceArray<double> result(device, d * d);
  launch(device.stream(),
         {dim3(device.blocks_for(add_segments, kThreads, 0, (d * d + kThreads - 1) / kThreads)),
          dim3(kThreads)},
         add_segments, sums.data(), segments.count, d, data.weighting().total, result.data());
  Matrix<double> covariance(d, d);
  copy_to_host<double>(device, result.data(), {covariance.data(), static_cast<std::size_t>(d * d)});
  return covariance;
}

}  // namespace cohort::cuda
