#pragma once
/// Restarts that advance together, in the GPU's memory.

#include <algorithm>
#include <vector>

#include "cohort/kmeans_rules.hpp"

#include "cuda/kmeans_centers.hpp"
#include "cuda/kmeans_sums.cuh"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

/// As many as the lists that blocks keep of them hold.
inline constexpr std::int64_t kMostRestarts = 64;

struct RestartState {
  LloydStop stop;
  int waits;                   ///< 1: a cluster is empty, and the host must fill it
  std::int64_t n_iter;
  unsigned long long changed;  ///< labels, in the last pass
  float largest_norm;          ///< of the centres, squared
};

/// What kernels see.
struct Restarts {
  CenterLayout layout;
  std::int64_t count;
  std::int64_t lanes;     ///< tiles x 32
  float* centers;         ///< count x layout.size()
  Labels labels;          ///< count x lanes, -1 at first
  float* distances;       ///< count x lanes: from the nearest centre while starting, and at the end
  WrappingSum* sums;      ///< count x k x (d + 1): of these labels
  double* shifts;         ///< count x k: of each centre in the last step
  RestartState* states;   ///< count

  [[nodiscard]] __host__ __device__ std::int64_t sums_each() const {
    return layout.clusters * (layout.features + 1);
  }
};

/// Owns what Restarts points to. Labels are unset, sums 0, and centres for whoever starts to fill.
class RestartArrays {
 public:
  RestartArrays(const Device& device, const CudaDataSet& data, CenterLayout layout,
                std::int64_t count)
      : layout_(layout),
        count_(count),
        lanes_(data.tiles() * kTileRows),
        narrow_(Labels::fits_bytes(layout.clusters)),
        centers_(zeros<float>(device, count * layout.size())),
        labels_(device, count * lanes_ * label_bytes(layout.clusters)),
        distances_(device, count * lanes_),
        sums_(zeros<WrappingSum>(device, count * layout.clusters * (layout.features + 1))),
        shifts_(device, count * layout.clusters),
        states_(zeros<RestartState>(device, count)) {
    fill_bytes(device, labels_, 0xff);
  }

  /// Bytes that each restart takes.
  [[nodiscard]] static double bytes_each(const CudaDataSet& data, const CenterLayout& layout) {
    const double of_rows = static_cast<double>(data.tiles() * kTileRows) *
                           static_cast<double>(label_bytes(layout.clusters) + sizeof(float));
    const double of_clusters = static_cast<double>(layout.clusters) *
                               static_cast<double>(8 * (layout.features + 2) + 4 * layout.stride);
    return of_rows + of_clusters;
  }

  [[nodiscard]] Restarts view() const {
    return {layout_,           count_,       lanes_,         centers_.data(), {labels_.data(), narrow_},
            distances_.data(), sums_.data(), shifts_.data(), states_.data()};
  }
  [[nodiscard]] std::vector<RestartState> states(const Device& device) const {
    return on_host(device, states_);
  }

 private:
  [[nodiscard]] static std::int64_t label_bytes(std::int64_t clusters) {
    return Labels::fits_bytes(clusters) ? 1 : 4;
  }

  CenterLayout layout_;
  std::int64_t count_;
  std::int64_t lanes_;
  bool narrow_;
  DeviceArray<float> centers_;
  DeviceArray<std::uint8_t> labels_;
  DeviceArray<float> distances_;
  DeviceArray<WrappingSum> sums_;
  DeviceArray<double> shifts_;
  DeviceArray<RestartState> states_;
};

}  // namespace cohort::cuda
