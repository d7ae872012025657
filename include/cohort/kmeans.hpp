#pragma once
/// K-means: Lloyd's algorithm from greedy k-means++ starts (Arthur & Vassilvitskii 2007; trials as
/// in its §5).

#include <cstdint>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/notice.hpp"
#include "cohort/progress.hpp"

namespace cohort {

class Backend;
class DataSet;
struct DistinctRows;

enum class KMeansInit { kmeans_plus_plus, random, given };

/// Names and defaults are scikit-learn's, except n_init.
struct KMeansParams {
  std::int64_t n_clusters = 8;
  KMeansInit init = KMeansInit::kmeans_plus_plus;
  Matrix<float> centers;  ///< k x d, the start, when init is given; on the data set's own scale
  /// Restarts, all on the same reads; 0 = by the size of the data, see resolved_n_init.
  std::int64_t n_init = 0;
  std::int64_t max_iter = 300;
  /// Relative to the mean of the features' (weighted) variances, as in scikit-learn.
  double tol = 1e-4;
  std::uint64_t seed = 0;
  ProgressListener progress;
};

struct KMeansResult {
  std::vector<std::int32_t>
      labels;             ///< n; clusters are numbered by falling size, ties by lowest first member
  Matrix<float> centers;  ///< k x d, on the data set's scale; the labels belong to these centres
  std::vector<std::int64_t> sizes;  ///< k row counts
  std::vector<double> shares;       ///< k shares of the total weight
  double inertia = 0;               ///< sum of weight x squared distance to the own centre
  std::int64_t n_iter = 0;          ///< of the restart that won
  std::int64_t n_init = 0;          ///< restarts made
  std::int64_t best_init = 0;       ///< the lowest inertia; ties: the first
  bool converged = false;           ///< stopped by labels or tolerance and not by max_iter
  std::int64_t distinct_rows = 0;   ///< rows of the fit, where equal ones counted as one; or 0
};

/// The restarts that are made: n_init, or clamp(2e8 / (n d k), 10, 100) where that is 0; 1 for
/// given centres whatever n_init says. It depends on the data's size alone.
[[nodiscard]] std::int64_t resolved_n_init(const KMeansParams& params, std::int64_t n,
                                           std::int64_t d);

/// \param data  n x d on `backend`, weights honoured
/// \throws UsageError for parameters out of range; DataError when there are fewer (distinct) rows
/// than clusters, or distances beyond float32
/// Same bytes for any backend and thread count.
[[nodiscard]] KMeansResult kmeans(Backend& backend, const DataSet& data,
                                  const KMeansParams& params);

/// The same over rows of which equal ones count as one. From given centres the result is the same
/// bytes but for distinct_rows; starts are drawn among the distinct rows, and n_init follows their
/// number. \param rows  of unweighted data, without an obstacle_to_collapsing()
[[nodiscard]] KMeansResult kmeans(Backend& backend, const DistinctRows& rows,
                                  const KMeansParams& params);

}  // namespace cohort
