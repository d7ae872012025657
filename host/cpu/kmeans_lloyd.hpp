#pragma once
/// Lloyd's iterations (Lloyd, Least squares quantization in PCM, 1982) by scikit-learn's rules.

#include <cstdint>
#include <functional>
#include <vector>

#include "host/cpu/kmeans_pass.hpp"

namespace cohort::cpu {

/// When to stop while labels still change. `tolerance` bounds the sum of the centres' squared
/// shifts.
struct LloydLimits {
  std::int64_t max_iter = 0;
  double tolerance = 0;
};

/// Fits every start and returns the best: the lowest inertia, ties the first. Its best_init is its
/// place among the starts.
/// \param pass_done  called after each read of the data
[[nodiscard]] KMeansFit lloyd(const CpuDataSet& data, const KMeansSums& sums,
                              std::vector<Matrix<float>> starts, LloydLimits limits,
                              Machine machine, const std::function<void()>& pass_done);

/// Gives each empty cluster the row farthest from its centre, as scikit-learn does; ties go to the
/// lowest row, and no row leaves a cluster that it alone makes up.
/// \throws DataError when no row is off its centre: the data hold fewer distinct rows than clusters
void fill_empty_clusters(const CpuDataSet& data, const KMeansSums& sums,
                         const Matrix<float>& centers, Machine machine, ClusterSums& clusters);

}  // namespace cohort::cpu
