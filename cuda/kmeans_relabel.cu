#include "cuda/kmeans_relabel.cuh"
#include "cuda/kmeans_relabel.hpp"

namespace cohort::cuda {

Relabel::Relabel(const CudaDataSet& data, std::int64_t clusters, const Device& device)
    : data_(data),
      device_(device),
      narrow_(Labels::fit_bytes(clusters)),
      nearest_(device, data.rows(), data.features(), clusters),
      rows_(device, clusters * data.features()),
      labels_(device, data.rows() * Labels::bytes(clusters)),
      distances_(device, data.rows()) {}

double Relabel::bytes(std::int64_t rows, std::int64_t features, std::int64_t clusters) {
  return WideNearest::memory(rows, features, clusters, wide_method(rows, features, clusters)) +
         static_cast<double>(rows) * static_cast<double>(4 + Labels::bytes(clusters)) +
         4 * static_cast<double>(clusters) * static_cast<double>(features);
}

void Relabel::find(const Restarts& restarts, std::int64_t restart, bool measured) const {
  const CenterLayout& layout = restarts.layout;
  const float* centers = restarts.centers_of(restart);
  if (layout.together > 1) {
    const unsigned blocks = device_.blocks_for(centers_to_rows, 256, 0, (rows_.size() + 255) / 256);
    launch(device_.stream(), {dim3(blocks), dim3(256)}, centers_to_rows, layout, centers,
           rows_.data());
    centers = rows_.data();
  }
  float* const distances = measured ? distances_.data() : nullptr;
  if (narrow_)
    nearest_.label(data_.view(), centers, labels_.data(), distances);
  else
    nearest_.label(data_.view(), centers, reinterpret_cast<std::int32_t*>(labels_.data()),
                   distances);
}

void Relabel::take(const LloydWork& work, std::int64_t restart, bool last) const {
  constexpr std::size_t kStatic = 1024;  // of shared memory, and more than the kernel has
  const std::size_t shared = 8 * static_cast<std::size_t>(work.restarts.sums_each());
  const auto launch_it = [&](auto* kernel, std::size_t bytes) {
    const std::int64_t rows = 4 * static_cast<std::int64_t>(kMoveThreads);
    const unsigned blocks =
        device_.blocks_for(kernel, kMoveThreads, bytes, (data_.rows() + rows - 1) / rows);
    launch(device_.stream(), {dim3(blocks), dim3(kMoveThreads), bytes}, kernel, work, restart,
           labels(), last);
  };
  if (shared + kStatic <= device_.shared_memory())
    launch_it(relabel<true>, shared);
  else
    launch_it(relabel<false>, 0);
}

}  // namespace cohort::cuda
