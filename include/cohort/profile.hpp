#pragma once
/// Who the clusters are, in numbers and in words.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cohort/features.hpp"
#include "cohort/parallel.hpp"

namespace cohort {

/// One feature within one cluster, in the feature's own units.
struct FeatureProfile {
  double mean = 0;        ///< weighted
  double mode = 0;        ///< the value with the most weight; ties: the lowest
  double mode_share = 0;  ///< its share of the cluster's weight
  double difference =
      0;  ///< (mean - everyone's mean) / everyone's standard deviation; 0 for a constant
};

/// Up to so many pairs of rows within the clusters (one cluster of 20,000 rows has them), medoids
/// are found among all pairs; above, every cluster's medoid is the member nearest to its mean.
inline constexpr std::int64_t kMedoidPairs = 200'000'000;

struct ClusterProfile {
  std::int64_t size = 0;                 ///< rows
  double share = 0;                      ///< of the total weight
  std::vector<FeatureProfile> features;  ///< d
  std::vector<std::int64_t>
      telling;               ///< features that tell it apart, strongest first, |difference| >= 0.3
  std::int64_t medoid = -1;  ///< index among the n rows: least weighted sum of distances to its
                             ///< fellows, ties the lowest (see kMedoidPairs); -1 where size is 0
  std::string words;         ///< "Effort 4 rather than 16; all IsDeveloper"
};

struct Profiles {
  std::vector<FeatureProfile> everyone;  ///< d
  /// d, in [0, 1]: how much of the feature's variation lies between the clusters. Eta squared, the
  /// share of the variance; of codes Cramer's V squared.
  std::vector<double> power;
  std::vector<ClusterProfile> clusters;  ///< k
};

/// \param features  the matrix in the features' own units (n x d)
/// \param scaled    the same rows as the clustering saw them, for the medoids: n x any, host
/// \param labels    n, in [-1, k); rows labelled -1 count among everyone only
/// Same bytes for any number of threads.
/// \throws UsageError when the sizes disagree or a label is k or more
[[nodiscard]] Profiles profile_clusters(const FeatureMatrix& features,
                                        MatrixView<const float> scaled,
                                        std::span<const std::int32_t> labels, std::int64_t k,
                                        ThreadPool& pool);

}  // namespace cohort
