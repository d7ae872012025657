#pragma once
/// Labels and distances of all rows by one restart's centres, for any number of features and
/// clusters; and the moving of rows to the labels found.

#include "cuda/kmeans_restarts.hpp"
#include "cuda/nearest_wide.hpp"

namespace cohort::cuda {

class Relabel {
 public:
  /// \param data, device  outlive this
  Relabel(const CudaDataSet& data, std::int64_t clusters, const Device& device);

  /// Bytes of GPU memory that one takes.
  [[nodiscard]] static double bytes(std::int64_t rows, std::int64_t features,
                                    std::int64_t clusters);

  /// Queued: labels, and distances if `measured`.
  void find(const Restarts& restarts, std::int64_t restart, bool measured) const;
  /// Queued: rows go where the last find() says, and their terms with them, unless the restart has
  /// stopped or waits. \param last  then too
  void take(const LloydWork& work, std::int64_t restart, bool last) const;

  /// What find() found.
  [[nodiscard]] Labels labels() const { return {labels_.data(), narrow_}; }
  [[nodiscard]] const float* distances() const { return distances_.data(); }

 private:
  const CudaDataSet& data_;
  const Device& device_;
  bool narrow_;
  WideNearest nearest_;
  DeviceArray<float> rows_;  ///< centres that lie otherwise
  DeviceArray<std::uint8_t> labels_;
  DeviceArray<float> distances_;
};

}  // namespace cohort::cuda
