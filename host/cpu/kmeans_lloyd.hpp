#pragma once
/// Lloyd's iterations (Lloyd, Least squares quantization in PCM, 1982) by scikit-learn's rules.

#include <cstdint>
#include <functional>
#include <vector>

#include "cohort/kmeans_rules.hpp"

#include "host/cpu/kmeans_pass.hpp"

namespace cohort::cpu {

/// Fits every start and returns the best: the lowest inertia, ties the first. Its best_init is its
/// place among the starts.
/// \param pass_done  called after each read of the data
[[nodiscard]] KMeansFit lloyd(const CpuDataSet& data, const KMeansSums& sums,
                              std::vector<Matrix<float>> starts, LloydLimits limits,
                              Machine machine, const std::function<void()>& pass_done);

/// Gives empty clusters their rows, and sums of value terms that go with them.
/// \throws DataError when the data hold fewer distinct rows than clusters
void fill_empty_clusters(const CpuDataSet& data, const KMeansSums& sums,
                         const Matrix<float>& centers, Machine machine, ClusterSums& clusters);

}  // namespace cohort::cpu
