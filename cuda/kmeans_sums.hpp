#pragma once
/// The terms of cohort/kmeans_terms.hpp over a data set, and their totals.

#include "cuda/draws.cuh"
#include "cuda/kmeans_moves.cuh"
#include "cuda/statistics.hpp"

namespace cohort::cuda {

class KMeansSums {
 public:
  /// \param data    outlives this, and has rows and features  \param device  likewise
  KMeansSums(const CudaDataSet& data, const Device& device);

  [[nodiscard]] RowTerms rows() const { return {terms_, steps_.data()}; }
  [[nodiscard]] const double* units() const { return units_.data(); }
  /// Of all rows' weight terms.
  [[nodiscard]] std::int64_t total_weight() const { return total_weight_; }
  /// Of the weight terms before each chunk of rows.
  [[nodiscard]] const std::uint64_t* weight_prefixes() const { return weight_prefixes_.data(); }
  /// The mean of the features' population variances, weighted.
  [[nodiscard]] double mean_variance() const;

 private:
  const CudaDataSet& data_;
  const Device& device_;
  KMeansTerms terms_;
  std::vector<Grid> grids_;
  DeviceArray<double> steps_;
  DeviceArray<double> units_;
  DeviceArray<std::uint64_t> weight_prefixes_;
  std::int64_t total_weight_ = 0;
};

}  // namespace cohort::cuda
