/// Rows to tiles and back. A matrix crosses in chunks through two pinned buffers: while one is
/// under way, the other is filled.

#include <algorithm>
#include <cstring>

#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"
#include "cuda/upload.cuh"

namespace cohort::cuda {

namespace {

/// Bytes of a chunk: enough for full speed, and little beside the matrix.
constexpr std::int64_t kChunkBytes = 16 << 20;
constexpr unsigned kThreads = 256;

/// Two buffers in turn, each a pinned one on the host and one of the same size on the GPU.
class ChunkBuffers {
 public:
  ChunkBuffers(const Device& device, std::int64_t floats)
      : buffers_{Buffer(device, floats), Buffer(device, floats)} {}

  struct Buffer {
    Buffer(const Device& device, std::int64_t floats) : host(floats), gpu(device, floats) {}
    PinnedArray<float> host;
    DeviceArray<float> gpu;
    Event done;
  };
  [[nodiscard]] Buffer& of(std::int64_t chunk) { return buffers_[chunk % 2]; }

 private:
  Buffer buffers_[2];
};

/// How a matrix is cut: whole tiles, as many as a chunk holds.
struct Chunks {
  Chunks(std::int64_t n, std::int64_t d)
      : rows(n),
        features(d),
        chunk_rows(std::max<std::int64_t>(
                       1, kChunkBytes / static_cast<std::int64_t>(sizeof(float)) / kTileRows / d) *
                   kTileRows) {
    chunk_rows = std::min(chunk_rows, (n + kTileRows - 1) / kTileRows * kTileRows);
  }
  [[nodiscard]] std::int64_t count() const { return (rows + chunk_rows - 1) / chunk_rows; }
  [[nodiscard]] std::int64_t first(std::int64_t chunk) const { return chunk * chunk_rows; }
  [[nodiscard]] std::int64_t rows_in(std::int64_t chunk) const {
    return std::min(chunk_rows, rows - first(chunk));
  }
  [[nodiscard]] std::size_t bytes_in(std::int64_t chunk) const {
    return static_cast<std::size_t>(rows_in(chunk) * features) * sizeof(float);
  }
  std::int64_t rows, features, chunk_rows;
};

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

  const Chunks chunks(x.rows(), d);
  ChunkBuffers buffers(device, chunks.chunk_rows * d);
  for (std::int64_t chunk = 0; chunk < chunks.count(); ++chunk) {
    ChunkBuffers::Buffer& buffer = buffers.of(chunk);
    buffer.done.wait();
    std::memcpy(buffer.host.data(), x.data() + chunks.first(chunk) * d, chunks.bytes_in(chunk));
    check(cudaMemcpyAsync(buffer.gpu.data(), buffer.host.data(), chunks.bytes_in(chunk),
                          cudaMemcpyHostToDevice, device.stream()),
          "copying to the GPU");
    launch(device.stream(), one_block_a_tile(chunks.rows_in(chunk)), rows_to_tiles,
           buffer.gpu.data(), chunks.rows_in(chunk), d, data->x() + chunks.first(chunk) * d);
    buffer.done.record(device.stream());
  }
  device.wait();
  return data;
}

Matrix<float> download(const CudaDataSet& data, const Device& device) {
  const std::int64_t d = data.features();
  Matrix<float> x(data.rows(), d);
  if (data.rows() == 0 || d == 0) return x;

  const Chunks chunks(data.rows(), d);
  ChunkBuffers buffers(device, chunks.chunk_rows * d);
  const auto take = [&](std::int64_t chunk) {
    ChunkBuffers::Buffer& buffer = buffers.of(chunk);
    buffer.done.wait();
    std::memcpy(x.data() + chunks.first(chunk) * d, buffer.host.data(), chunks.bytes_in(chunk));
  };
  for (std::int64_t chunk = 0; chunk < chunks.count(); ++chunk) {
    if (chunk >= 2) take(chunk - 2);
    ChunkBuffers::Buffer& buffer = buffers.of(chunk);
    launch(device.stream(), one_block_a_tile(chunks.rows_in(chunk)), tiles_to_rows,
           data.view().x + chunks.first(chunk) * d, chunks.rows_in(chunk), d, buffer.gpu.data());
    check(cudaMemcpyAsync(buffer.host.data(), buffer.gpu.data(), chunks.bytes_in(chunk),
                          cudaMemcpyDeviceToHost, device.stream()),
          "copying results");
    buffer.done.record(device.stream());
  }
  for (std::int64_t chunk = std::max<std::int64_t>(0, chunks.count() - 2); chunk < chunks.count();
       ++chunk)
    take(chunk);
  return x;
}

}  // namespace cohort::cuda
