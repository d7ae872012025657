#pragma once
/// Lloyd's iterations of several restarts on the same reads of the data (Lloyd, Least squares
/// quantization in PCM, 1982), by scikit-learn's rules.
///
/// Sums are integers, so a pass only moves the rows whose label changed from one cluster's sum to
/// another's: nothing drifts, and the later passes of a fit do little but compare distances.

#include <cstdint>
#include <functional>
#include <vector>

#include "host/cpu/kmeans_sums.hpp"

namespace cohort::cpu {

/// The clusters' sums of value terms (k x d) and weight terms (k).
struct ClusterSums {
  Matrix<std::int64_t> values;
  std::vector<std::int64_t> weights;
};

/// The stop that does not ask for equal labels: squared shifts of the centres, in all.
struct LloydLimits {
  std::int64_t max_iter = 0;
  double tolerance = 0;
};

/// Fits every start; a fit's best_init is its place among them.
/// \param found      called with each restart's fit, in the order they end
/// \param pass_done  called after each read of the data
void lloyd(const CpuDataSet& data, const KMeansSums& sums, std::vector<Matrix<float>> starts,
           LloydLimits limits, Machine machine, const std::function<void(KMeansFit)>& found,
           const std::function<void()>& pass_done);

/// Gives each empty cluster the row farthest from its centre, as scikit-learn does; ties go to the
/// lowest row, and no row leaves a cluster that it alone makes up.
/// \throws DataError when no row is off its centre: the data hold fewer distinct rows than clusters
void fill_empty_clusters(const CpuDataSet& data, const KMeansSums& sums,
                         const Matrix<float>& centers, Machine machine, ClusterSums& clusters);

}  // namespace cohort::cpu
