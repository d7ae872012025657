#pragma once
/// The CPU backend's operations, one file each. Contracts are those of cohort::Backend.

#include "cohort/backend.hpp"
#include "cohort/parallel.hpp"

#include "host/cpu/data_set.hpp"
#include "host/cpu/simd.hpp"

namespace cohort::cpu {

/// What an operation runs on.
struct Machine {
  ThreadPool& pool;
  Isa isa;
};

[[nodiscard]] std::unique_ptr<CpuDataSet> upload(MatrixView<const float> x,
                                                 std::span<const float> weights, Machine machine);
[[nodiscard]] std::unique_ptr<CpuDataSet> synthetic(const SyntheticRows& rows, Machine machine);
[[nodiscard]] Matrix<float> download(const CpuDataSet& data, Machine machine);
[[nodiscard]] ColumnStatistics column_statistics(const CpuDataSet& data, Machine machine);
[[nodiscard]] std::vector<double> column_means(const CpuDataSet& data, Machine machine);
[[nodiscard]] std::unique_ptr<CpuDataSet> scale(const CpuDataSet& data, const Scaling& scaling,
                                                Machine machine);
[[nodiscard]] Matrix<double> covariance(const CpuDataSet& data, std::span<const double> mean,
                                        Machine machine);
[[nodiscard]] EigenSystem symmetric_eigen(const Matrix<double>& matrix);
[[nodiscard]] Matrix<double> project(const CpuDataSet& data, std::span<const double> mean,
                                     const Matrix<double>& components, Machine machine);
[[nodiscard]] DistinctRows distinct(const CpuDataSet& data, Machine machine);
[[nodiscard]] KMeansFit kmeans(const CpuDataSet& data, const KMeansParams& params, Machine machine);
[[nodiscard]] Assignment assign(const CpuDataSet& data, MatrixView<const float> centers,
                                Machine machine);
[[nodiscard]] AffinityFit affinity(const CpuDataSet& data, const AffinityParams& params,
                                   Machine machine);
[[nodiscard]] AffinityFit affinity(MatrixView<const float> similarities,
                                   std::span<const float> weights, const AffinityParams& params,
                                   Machine machine);
[[nodiscard]] SilhouetteResult silhouette(const CpuDataSet& data,
                                          std::span<const std::int32_t> labels,
                                          std::int64_t n_clusters, Machine machine);
[[nodiscard]] std::vector<MatchingPair> percent_match(MatrixView<const std::int32_t> answers,
                                                      double threshold, Machine machine);

}  // namespace cohort::cpu
