#pragma once
/// The seam between algorithms' front doors and the machines they run on. Whole fits, not steps,
/// cross it. Every operation returns the same bytes on every backend and thread count (PCA's
/// eigenvectors excepted).

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cohort/affinity.hpp"
#include "cohort/kmeans.hpp"
#include "cohort/matrix.hpp"
#include "cohort/notice.hpp"
#include "cohort/parallel.hpp"

namespace cohort {

struct Scaling;
struct SyntheticRows;

/// n x d float32 and optional weights, resident on a backend. Only the backend that made it can use
/// it.
class DataSet {
 public:
  virtual ~DataSet() = default;
  [[nodiscard]] virtual std::int64_t rows() const = 0;
  [[nodiscard]] virtual std::int64_t features() const = 0;
};
using DataSetPtr = std::unique_ptr<DataSet>;

/// Each vector holds d values. Weighted; the variance is the population's.
struct ColumnStatistics {
  std::vector<double> mean, variance;
  std::vector<float> minimum, maximum;
  double total_weight = 0;
};

struct EigenSystem {
  std::vector<double> values;  ///< d, falling
  Matrix<double>
      vectors;  ///< d x d, row i belongs to values[i]; the largest loading of each row is positive
};

/// Exact duplicates (bit patterns of all features; -0 and 0 are one) collapsed, in order of first
/// appearance.
struct DistinctRows {
  DataSetPtr data;                   ///< m x d, weights = total weight of the copies
  std::vector<std::int64_t> first;   ///< m: lowest row index of each distinct row
  std::vector<std::int32_t> group;   ///< n: which distinct row each row is
  std::vector<std::int64_t> counts;  ///< m: copies
};

struct Assignment {
  std::vector<std::int32_t> labels;     ///< n: nearest centre, ties the lowest
  std::vector<float> squared_distance;  ///< n
};

/// What a fit leaves before the engine numbers the clusters.
struct KMeansFit {
  std::vector<std::int32_t> labels;
  Matrix<float> centers;
  std::vector<double> shares;  ///< k shares of the total weight, of exact sums
  double inertia = 0;
  std::int64_t n_iter = 0, best_init = 0;
  bool converged = false;
};

/// Messages ran on m distinct rows; everything here indexes those.
struct AffinityFit : AffinityOutcome {
  std::vector<std::int64_t> exemplars;  ///< ascending
  std::vector<std::int32_t>
      labels;                  ///< m: index into exemplars; empty where there are no exemplars
  std::vector<double> shares;  ///< each exemplar's cluster's share of the total weight
};

struct SilhouetteResult {
  std::vector<double> values;         ///< n: (b - a) / max(a, b); 0 in a cluster of one
  std::vector<double> cluster_means;  ///< k, weighted
  double mean = 0;                    ///< weighted
};

/// Two rows i < j and the share of the columns both answered in which they agree.
struct MatchingPair {
  std::int64_t i = 0, j = 0;
  double share = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;

  /// "cpu", or the name of the GPU.
  [[nodiscard]] virtual std::string device() const = 0;

  /// What a person must be told about how things were computed, since this was last asked.
  [[nodiscard]] virtual Notices take_notices() { return {}; }

  /// The host's threads, as many as were asked for: for what needs no device.
  [[nodiscard]] virtual ThreadPool& host_threads() = 0;

  /// \param x        n x d row-major, host, finite
  /// \param weights  n non-negative, finite, not all zero; or empty
  [[nodiscard]] virtual DataSetPtr upload(MatrixView<const float> x,
                                          std::span<const float> weights) = 0;

  /// synthetic_value() of synthetic.hpp, made on the device.
  [[nodiscard]] virtual DataSetPtr synthetic(const SyntheticRows& rows) = 0;

  /// The data set's rows, n x d row-major.
  [[nodiscard]] virtual Matrix<float> download(const DataSet& data) = 0;

  /// Of at least one row.
  [[nodiscard]] virtual ColumnStatistics column_statistics(const DataSet& data) = 0;

  /// The means of column_statistics() alone.
  [[nodiscard]] virtual std::vector<double> column_means(const DataSet& data) {
    return column_statistics(data).mean;
  }

  /// scaled() of arithmetic.hpp, each element; weights stay.
  [[nodiscard]] virtual DataSetPtr scale(const DataSet& data, const Scaling& scaling) = 0;

  /// d x d population covariance about `mean`; exact sums up to 64 features, BLAS in double above.
  [[nodiscard]] virtual Matrix<double> covariance(const DataSet& data,
                                                  std::span<const double> mean) = 0;

  [[nodiscard]] virtual EigenSystem symmetric_eigen(const Matrix<double>& matrix) = 0;

  /// n x p: for each row and component the dot product of (x - mean) with it, in double, features
  /// in index order, fused.
  [[nodiscard]] virtual Matrix<double> project(const DataSet& data, std::span<const double> mean,
                                               const Matrix<double>& components) = 0;

  [[nodiscard]] virtual DistinctRows distinct(const DataSet& data) = 0;

  /// params are validated and n_init is resolved.
  [[nodiscard]] virtual KMeansFit kmeans(const DataSet& data, const KMeansParams& params) = 0;

  [[nodiscard]] virtual Assignment assign(const DataSet& data, MatrixView<const float> centers) = 0;

  /// Messages among all rows of `data`, S'(i,j) = -w_i |x_i - x_j|^2. A preference not given is the
  /// weighted median.
  [[nodiscard]] virtual AffinityFit affinity(const DataSet& data, const AffinityParams& params) = 0;

  /// The same from m x m similarities on the host, S'(i,j) = w_i s(i,j).
  [[nodiscard]] virtual AffinityFit affinity(MatrixView<const float> similarities,
                                             std::span<const float> weights,
                                             const AffinityParams& params) = 0;

  /// Exact, all pairs. \param labels n, in [0, n_clusters)
  [[nodiscard]] virtual SilhouetteResult silhouette(const DataSet& data,
                                                    std::span<const std::int32_t> labels,
                                                    std::int64_t n_clusters) = 0;

  /// All pairs of rows that agree in at least `threshold` of the columns both answered (at least
  /// half of all columns), by rising i, then j. \param answers n x m codes, -1 missing, host
  [[nodiscard]] virtual std::vector<MatchingPair> percent_match(
      MatrixView<const std::int32_t> answers, double threshold) = 0;
};

/// The backend that runs anywhere. \param threads 0 = all processors
[[nodiscard]] std::unique_ptr<Backend> make_cpu_backend(int threads = 0);

}  // namespace cohort
