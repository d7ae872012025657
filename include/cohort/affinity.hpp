#pragma once
/// Affinity propagation (Frey & Dueck, Clustering by Passing Messages Between Data Points, Science
/// 2007).

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/progress.hpp"

namespace cohort {

class Backend;
class DataSet;
struct DistinctRows;

/// What is stored of the messages. The result is the same, to the last bit.
enum class AffinityForm {
  automatic,  ///< whichever costs less
  dense,      ///< one number for each pair of rows
  sparse      ///< for each row a list of the rows that can matter to it, which grows as needed
};

/// Names are scikit-learn's. Damping and window are not its defaults: 0.5 and 15 stop early or
/// oscillate on a fifth of the problems tried.
struct AffinityParams {
  double damping = 0.9;  ///< in [0.5, 1)
  std::int64_t max_iter = 1000;
  std::int64_t convergence_iter = 50;
  std::optional<double>
      preference;  ///< of every row; not given: the weighted median of all similarities
  std::vector<float> preferences;  ///< a preference for each row (n), instead
  std::uint64_t seed = 0;          ///< of the perturbation that breaks degenerate ties
  AffinityForm form = AffinityForm::automatic;
  ProgressListener progress;
};

struct AffinityResult {
  std::vector<std::int32_t>
      labels;  ///< n; clusters by falling size, ties by lowest first member; -1 where there is none
  std::vector<std::int64_t> exemplars;  ///< row index of each cluster's exemplar, in cluster order
  std::vector<std::int64_t> sizes;      ///< row counts in cluster order
  std::vector<double> shares;           ///< shares of the total weight
  std::int64_t n_iter = 0;
  bool converged = false;
  double preference = 0;  ///< the one used (the first row's, where each row has its own)
  double net_similarity =
      0;  ///< sum of weight x similarity to the exemplar, plus the exemplars' preferences
  std::int64_t distinct_rows =
      0;  ///< rows after collapsing exact duplicates: what the messages ran on
  AffinityForm form = AffinityForm::dense;  ///< the one used, never automatic
  double neighbors = 0;                     ///< others that a row's list holds, on average
};

/// Similarity is minus the squared Euclidean distance. Exact duplicate rows are collapsed and
/// weighted: S'(i,j) = w_i s(i,j), S'(i,i) = preference; identical rows always share a cluster.
/// \throws UsageError for parameters out of range, MemoryError when the distinct rows are too many
/// Same bytes for any backend and thread count.
[[nodiscard]] AffinityResult affinity(Backend& backend, const DataSet& data,
                                      const AffinityParams& params);

/// The same over rows whose equal ones have been found.
[[nodiscard]] AffinityResult affinity(Backend& backend, const DistinctRows& rows,
                                      const AffinityParams& params);

/// From a given n x n similarity matrix (its diagonal is not read). Rows are not collapsed.
/// \param weights  n non-negative weights, or empty
[[nodiscard]] AffinityResult affinity_precomputed(Backend& backend,
                                                  MatrixView<const float> similarities,
                                                  std::span<const float> weights,
                                                  const AffinityParams& params);

/// scikit-learn 1.2's own arithmetic, in double with its MT19937 noise, for validation on small
/// data: the same labels, exemplars and iteration count for the same random_state (= params.seed).
/// Clusters are numbered as scikit-learn numbers them. Unweighted, not collapsed.
[[nodiscard]] AffinityResult affinity_sklearn(MatrixView<const double> x,
                                              const AffinityParams& params);

}  // namespace cohort
