#pragma once
/// The CUDA backend's operations, one file each. Contracts are those of cohort::Backend, and the
/// bytes those of the CPU's.

#include "cohort/backend.hpp"

#include "cuda/data_set.hpp"
#include "cuda/libraries.hpp"

namespace cohort::cuda {

[[nodiscard]] std::unique_ptr<CudaDataSet> upload(MatrixView<const float> x,
                                                  std::span<const float> weights,
                                                  const Device& device);
[[nodiscard]] std::unique_ptr<CudaDataSet> synthetic(const SyntheticRows& rows,
                                                     const Device& device);
[[nodiscard]] Matrix<float> download(const CudaDataSet& data, const Device& device);
[[nodiscard]] ColumnStatistics column_statistics(const CudaDataSet& data, const Device& device);
[[nodiscard]] std::unique_ptr<CudaDataSet> scale(const CudaDataSet& data, const Scaling& scaling,
                                                 const Device& device);
/// Of up to kExactFeatures features.
[[nodiscard]] Matrix<double> exact_covariance(const CudaDataSet& data, std::span<const double> mean,
                                              const Device& device);
/// Of more than that.
[[nodiscard]] Matrix<double> wide_covariance(const CudaDataSet& data, std::span<const double> mean,
                                             MatrixProducts& products, const Device& device);
[[nodiscard]] EigenSystem symmetric_eigen(const Matrix<double>& matrix, EigenSolver& solver,
                                          const Device& device);
[[nodiscard]] Matrix<double> project(const CudaDataSet& data, std::span<const double> mean,
                                     const Matrix<double>& components, const Device& device);
[[nodiscard]] DistinctRows distinct(const CudaDataSet& data, const Device& device);
[[nodiscard]] KMeansFit kmeans(const CudaDataSet& data, const KMeansParams& params,
                               const Device& device);
[[nodiscard]] Assignment assign(const CudaDataSet& data, MatrixView<const float> centers,
                                const Device& device);
[[nodiscard]] AffinityFit affinity(const CudaDataSet& data, const AffinityParams& params,
                                   const Device& device);
[[nodiscard]] AffinityFit affinity(MatrixView<const float> similarities,
                                   std::span<const float> weights, const AffinityParams& params,
                                   const Device& device);
[[nodiscard]] SilhouetteResult silhouette(const CudaDataSet& data,
                                          std::span<const std::int32_t> labels,
                                          std::int64_t n_clusters, const Device& device);
[[nodiscard]] std::vector<MatchingPair> percent_match(MatrixView<const std::int32_t> answers,
                                                      double threshold, const Device& device);

}  // namespace cohort::cuda
