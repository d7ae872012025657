#pragma once
/// The GPU's data set: tiles of 32 rows, each feature's 32 values side by side, so that a warp's
/// lanes are rows and whatever a warp reads is whole cache lines.

#include <cstdint>
#include <memory>
#include <optional>

#include "cohort/backend.hpp"
#include "cohort/column_sums.hpp"
#include "cohort/weighted_sum.hpp"

#include "cuda/array.hpp"

namespace cohort::cuda {

inline constexpr std::int64_t kTileRows = 32;

/// What kernels see of a data set. x: tiles() x d x 32; weights: tiles() x 32, or null for all 1.
/// Rows behind the last are zero and weigh nothing.
struct Tiles {
  const float* x;
  const float* weights;
  std::int64_t rows;
  std::int64_t features;

  [[nodiscard]] __host__ __device__ std::int64_t tiles() const {
    return (rows + kTileRows - 1) / kTileRows;
  }
  /// Where the values of feature j in tile t begin.
  [[nodiscard]] __host__ __device__ const float* column(std::int64_t t, std::int64_t j) const {
    return x + (t * features + j) * kTileRows;
  }
  [[nodiscard]] __host__ __device__ float at(std::int64_t i, std::int64_t j) const {
    return column(i / kTileRows, j)[i % kTileRows];
  }
  /// 0 behind the last row.
  [[nodiscard]] __host__ __device__ float weight(std::int64_t i) const {
    if (weights != nullptr) return weights[i];
    return i < rows ? 1.0F : 0.0F;
  }
};

class CudaDataSet final : public DataSet {
 public:
  /// x is the caller's to fill, the last tile's missing rows with zeros.
  CudaDataSet(const Device& device, std::int64_t rows, std::int64_t features)
      : rows_(rows), features_(features), x_(device, tiles() * features * kTileRows) {}

  [[nodiscard]] std::int64_t rows() const override { return rows_; }
  [[nodiscard]] std::int64_t features() const override { return features_; }
  [[nodiscard]] std::int64_t tiles() const { return (rows_ + kTileRows - 1) / kTileRows; }
  [[nodiscard]] float* x() { return x_.data(); }
  [[nodiscard]] Tiles view() const {
    return {x_.data(), weights ? weights->values.data() : nullptr, rows_, features_};
  }
  [[nodiscard]] RowWeighting weighting() const {
    return {weights != nullptr, weights ? weights->total : static_cast<double>(rows_),
            weights && weights->counted};
  }

  struct Weights {
    DeviceArray<float> values;  ///< tiles() x 32, 0 behind the last row
    double total = 0;           ///< total_of() them
    bool counted = false;       ///< they count equal rows of unweighted data
  };
  /// Shared by the data sets that were made from one; null = all 1.
  std::shared_ptr<const Weights> weights;

  /// Kept by column_ranges() of statistics.hpp, so that x is read once for them.
  mutable std::optional<ColumnRanges> ranges;

 private:
  std::int64_t rows_;
  std::int64_t features_;
  DeviceArray<float> x_;
};

[[nodiscard]] inline const CudaDataSet& on_gpu(const DataSet& data) {
  return dynamic_cast<const CudaDataSet&>(data);
}

}  // namespace cohort::cuda
