/// Affinity propagation on the GPU: a fit (fit_affinity) whose passes over all pairs are kernels.

#include <algorithm>
#include <cstring>

#include "cuda/affinity_passes.hpp"
#include "cuda/chunks.hpp"
#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

template <class Source>
class GpuPasses final : public AffinityPasses {
 public:
  GpuPasses(const Source& source, std::vector<float> weights, const Device& device)
      : source_(source), weights_(std::move(weights)), device_(device) {}

  [[nodiscard]] std::span<const float> weights() const override { return weights_; }
  [[nodiscard]] SimilarityRange range() override { return similarity_range(source_, device_); }
  [[nodiscard]] RankedSimilarity at_rank(const PairWeights& pairs, PairWeight rank) override {
    return similarity_at_rank(source_, pairs, rank, device_);
  }
  [[nodiscard]] float next_above(const PairWeights& pairs, float value) override {
    return next_similarity_above(source_, pairs, value, device_);
  }
  [[nodiscard]] std::vector<std::int64_t> pass_messages(MessagePlan plan,
                                                        const AffinityParams& params,
                                                        AffinityFit& fit) override {
    return cuda::pass_messages(source_, plan, params, fit, device_);
  }
  [[nodiscard]] std::vector<std::int32_t> join(
      const std::vector<std::int64_t>& exemplars) override {
    return cuda::join(source_, exemplars, device_);
  }
  [[nodiscard]] std::vector<std::int64_t> totals(const std::vector<std::int32_t>& labels,
                                                 std::int64_t clusters, Grid grid) override {
    return cuda::totals(source_, labels, clusters, grid, device_);
  }
  [[nodiscard]] std::vector<float> similarities_to(
      const std::vector<std::int64_t>& columns) override {
    return cuda::similarities_to(source_, columns, device_);
  }

 private:
  Source source_;
  std::vector<float> weights_;
  const Device& device_;
};

/// As GivenSimilarities wants them: padded x padded, zeros on the diagonal and behind the last row
/// and column.
DeviceArray<float> upload_similarities(MatrixView<const float> similarities, std::int64_t padded,
                                       const Device& device) {
  DeviceArray<float> result(device, padded * padded);
  constexpr std::int64_t kChunkFloats = std::int64_t{4} << 20;
  const std::int64_t chunk_rows = std::clamp<std::int64_t>(kChunkFloats / padded, 1, padded);
  PinnedBuffers<float> buffers(chunk_rows * padded);
  const std::int64_t n = similarities.rows();
  for (std::int64_t first = 0; first < padded; first += chunk_rows) {
    const std::int64_t rows = std::min(chunk_rows, padded - first);
    auto& buffer = buffers.of(first / chunk_rows);
    buffer.done.wait();
    for (std::int64_t r = 0; r < rows; ++r) {
      float* row = buffer.values.data() + r * padded;
      const std::int64_t i = first + r;
      if (i < n) std::copy_n(similarities.row(i).data(), n, row);
      std::fill(i < n ? row + n : row, row + padded, 0.0F);
      row[i] = 0;
    }
    check(cudaMemcpyAsync(result.data() + first * padded, buffer.values.data(),
                          static_cast<std::size_t>(rows * padded) * sizeof(float),
                          cudaMemcpyHostToDevice, device.stream()),
          "copying to the GPU");
    buffer.done.record(device.stream());
  }
  device.wait();
  return result;
}

}  // namespace

AffinityFit affinity(const CudaDataSet& data, const AffinityParams& params, const Device& device) {
  device.require_memory(message_bytes(data.rows(), params), affinity_among(data.rows()),
                        kInsteadOfAffinity);
  std::vector<float> weights(static_cast<std::size_t>(data.rows()), 1.0F);
  if (data.weights != nullptr) copy_to_host<float>(device, data.weights->values.data(), weights);
  Tiles view = data.view();
  DeviceArray<float> no_feature;
  if (view.features == 0) {  // patches have at least one
    no_feature = zeros<float>(device, view.tiles() * kTileRows);
    view.x = no_feature.data();
    view.features = 1;
  }
  GpuPasses passes(FeatureSimilarities(view), std::move(weights), device);
  return fit_affinity(passes, params);
}

AffinityFit affinity(MatrixView<const float> similarities, std::span<const float> weights,
                     const AffinityParams& params, const Device& device) {
  const std::int64_t n = similarities.rows();
  const std::int64_t padded = (n + kTileRows - 1) / kTileRows * kTileRows;
  device.require_memory(
      message_bytes(n, params) + static_cast<double>(padded) * static_cast<double>(padded) * 4,
      affinity_among(n), kInsteadOfAffinity);
  std::vector<float> own(static_cast<std::size_t>(padded), 0.0F);
  std::fill_n(own.begin(), n, 1.0F);
  std::copy(weights.begin(), weights.end(), own.begin());
  const DeviceArray<float> on_gpu = upload_similarities(similarities, padded, device);
  const DeviceArray<float> weights_on_gpu = on_device<float>(device, own);
  own.resize(static_cast<std::size_t>(n));
  GpuPasses passes(GivenSimilarities(on_gpu.data(), weights_on_gpu.data(), n, padded),
                   std::move(own), device);
  return fit_affinity(passes, params);
}

}  // namespace cohort::cuda
