#pragma once
/// Restarts that advance together, in the GPU's memory.

#include <vector>

#include "cohort/kmeans_rules.hpp"

#include "cuda/kmeans_centers.hpp"
#include "cuda/kmeans_moves.cuh"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

/// As many as the lists hold that blocks keep of them.
inline constexpr std::int64_t kMostRestarts = 64;

struct RestartState {
  LloydStop stop;
  int waits;  ///< 1: a cluster is empty, and the host must fill it
  std::int64_t n_iter;
  unsigned long long changed;  ///< labels, in the last pass
  float largest_norm;          ///< of the centres, squared
};

/// What kernels see.
struct Restarts {
  CenterLayout layout;
  std::int64_t count;
  std::int64_t lanes;    ///< rows, and room for those that fill up pairs of tiles
  float* centers;        ///< count x layout.size()
  Labels labels;         ///< count x lanes, -1 at first
  WrappingSum* sums;     ///< count x k x (d + 1): of these labels
  double* shifts;        ///< count x k: of each centre in the last step
  RestartState* states;  ///< count

  [[nodiscard]] __host__ __device__ std::int64_t sums_each() const {
    return layout.clusters * (layout.features + 1);
  }
  [[nodiscard]] __host__ __device__ float* centers_of(std::int64_t restart) const {
    return centers + restart * layout.size();
  }
  [[nodiscard]] __host__ __device__ Labels labels_of(std::int64_t restart) const {
    return labels.from(restart * lanes);
  }
  [[nodiscard]] __host__ __device__ WrappingSum* sums_of(std::int64_t restart) const {
    return sums + restart * sums_each();
  }
};

/// What steps are taken by.
struct LloydWork {
  Tiles data;
  RowTerms rows;
  const double* units;  ///< d: of each feature's grid
  LloydLimits limits;
  Restarts restarts;
};

/// Owns what Restarts points to. Rows have no labels, sums are 0, and the centres are whoever's to
/// fill who starts.
class RestartArrays {
 public:
  RestartArrays(const Device& device, const CudaDataSet& data, CenterLayout layout,
                std::int64_t count)
      : layout_(layout),
        count_(count),
        lanes_((data.tiles() + 1) / 2 * 2 * kTileRows),
        centers_(zeros<float>(device, count * layout.size())),
        labels_(device, count * lanes_ * Labels::bytes(layout.clusters)),
        sums_(zeros<WrappingSum>(device, count * layout.clusters * (layout.features + 1))),
        shifts_(device, count * layout.clusters),
        states_(zeros<RestartState>(device, count)) {
    fill_bytes(device, labels_, 0xff);
  }

  /// Bytes that each restart takes.
  [[nodiscard]] static double bytes_each(std::int64_t rows, const CenterLayout& layout) {
    return static_cast<double>(rows) * static_cast<double>(Labels::bytes(layout.clusters)) +
           static_cast<double>(layout.clusters) *
               static_cast<double>(8 * (layout.features + 2) + 4 * layout.stride);
  }

  [[nodiscard]] Restarts view() const {
    const Labels labels = {labels_.data(), Labels::fit_bytes(layout_.clusters)};
    return {layout_, count_,       lanes_,         centers_.data(),
            labels,  sums_.data(), shifts_.data(), states_.data()};
  }

 private:
  CenterLayout layout_;
  std::int64_t count_;
  std::int64_t lanes_;
  DeviceArray<float> centers_;
  DeviceArray<std::uint8_t> labels_;
  DeviceArray<WrappingSum> sums_;
  DeviceArray<double> shifts_;
  DeviceArray<RestartState> states_;
};

}  // namespace cohort::cuda
