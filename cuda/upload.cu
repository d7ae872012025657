/// Rows to tiles and back.

#include "cuda/chunks.hpp"
#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"
#include "cuda/upload.cuh"

namespace cohort::cuda {

namespace {

constexpr unsigned kThreads = 256;

/// A block for each tile of `rows` rows.
LaunchShape one_block_a_tile(std::int64_t rows) {
  return {dim3(static_cast<unsigned>((rows + kTileRows - 1) / kTileRows)), dim3(kThreads)};
}

std::shared_ptr<const CudaDataSet::Weights> upload_weights(std::span<const float> weights,
                                                           std::int64_t tiles,
                                                           const Device& device) {
  auto result = std::make_shared<CudaDataSet::Weights>();
  result->values = zeros<float>(device, tiles * kTileRows);
  copy_to_device<float>(device, weights, result->values.data());
  result->total = total_of(weights);
  return result;
}

}  // namespace

std::unique_ptr<CudaDataSet> upload(MatrixView<const float> x, std::span<const float> weights,
                                    const Device& device) {
  const std::int64_t d = x.cols();
  device.require_memory(static_cast<double>(x.rows()) * static_cast<double>(d + 1) * sizeof(float),
                        "the feature matrix", "use --device cpu or fewer rows");
  auto data = std::make_unique<CudaDataSet>(device, x.rows(), d);
  if (!weights.empty()) data->weights = upload_weights(weights, data->tiles(), device);
  if (x.rows() == 0 || d == 0) return data;

  Chunks<float>(device, x.rows(), d)
      .to_device(x.data(), [&](const float* rows, std::int64_t first, std::int64_t count) {
        launch(device.stream(), one_block_a_tile(count), rows_to_tiles, rows, count, d,
               data->x() + first * d);
      });
  return data;
}

Matrix<float> download(const CudaDataSet& data, const Device& device) {
  const std::int64_t d = data.features();
  Matrix<float> x(data.rows(), d);
  if (data.rows() == 0 || d == 0) return x;

  Chunks<float>(device, data.rows(), d)
      .to_host(
          [&](std::int64_t first, std::int64_t count, float* rows) {
            launch(device.stream(), one_block_a_tile(count), tiles_to_rows,
                   data.view().x + first * d, count, d, rows);
          },
          x.data());
  return x;
}

}  // namespace cohort::cuda
