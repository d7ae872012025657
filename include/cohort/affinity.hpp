#pragma once
/// Affinity propagation (Frey & Dueck, Clustering by Passing Messages Between Data Points, Science
/// 2007).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/progress.hpp"

namespace cohort {

class Backend;
class DataSet;
struct Assignment;
struct DistinctRows;

/// What is stored of the messages. The result is the same, to the last bit.
enum class AffinityForm {
  automatic,  ///< whichever costs less
  dense,      ///< one number for each pair of rows
  sparse      ///< for each row a list of the rows that can matter to it, which grows as needed
};

/// Names are scikit-learn's. Damping and window are not its defaults: 0.5 and 15 stop early or
/// oscillate on a fifth of the problems tried. Of the preferences at most one is given, or
/// n_clusters.
struct AffinityParams {
  double damping = 0.9;        ///< in [0.5, 1)
  bool raise_damping = false;  ///< where the exemplars still change at max_iter, again with damping
                               ///< half the way to 1, up to kMostDampingRaises times
  std::int64_t max_iter = 1000;
  std::int64_t convergence_iter = 50;
  std::optional<double>
      preference;  ///< of every row; not given: the weighted median of all similarities
  std::optional<double>
      preference_quantile;  ///< in [0, 1]: of the similarities s(i,j) of different (distinct) rows,
                            ///< pair (i,j) counted w_i w_j times, the least for which the pairs not
                            ///< above it are this share of all or more; where they are exactly it,
                            ///< the mean with the next. 0 is the least similarity, 1 the largest
  std::vector<float> preferences;  ///< a preference for each row (n), instead
  std::optional<std::int64_t>
      n_clusters;       ///< the preference is searched for that gives so many clusters
  bool refine = false;  ///< after the messages, take each cluster's best exemplar and join again
                        ///< until nothing changes, up to kMostRefinements times instead of once
  bool only_preference_range = false;  ///< find preference_range and pass no messages
  bool trace = false;                  ///< keep what every iteration chose
  AffinityForm form = AffinityForm::automatic;
  std::uint64_t seed = 0;  ///< of the perturbation that breaks degenerate ties
  ProgressListener progress;
};

inline constexpr int kMostDampingRaises = 3;
inline constexpr int kMostRefinements = 5;
inline constexpr std::int64_t kPartRows = 500;

/// What an iteration chose.
struct AffinityStep {
  std::int64_t exemplars = 0;
  std::int64_t changes = 0;  ///< rows that became or ceased to be exemplars
};

/// Where preferences lie, as in apcluster's preferenceRange. w_i s(i,j) is what i pays for j.
struct PreferenceRange {
  double least = 0;             ///< below it one exemplar has a larger net similarity than any two
  bool least_is_exact = false;  ///< or a lower bound of that
  double largest = 0;           ///< the largest w_i s(i,j): above it no row joins another
};

/// How a preference was searched for.
struct PreferenceSearch {
  struct Trial {
    std::int64_t n_clusters = 0;
    double preference = 0;
  };
  std::int64_t wanted = 0;
  std::int64_t fits = 0;
  std::int64_t iterations = 0;       ///< of all fits
  bool found = false;                ///< or the clusters are those of the nearest trial
  std::optional<Trial> fewer, more;  ///< the nearest counts below and above `wanted`
};

/// What refining exemplars has changed.
struct Refinement {
  std::int64_t rounds = 0;           ///< beyond the one that every fit ends with
  double net_similarity_before = 0;  ///< after that one
};

/// How clusters that are not those of the whole data's messages came about.
struct Approximation {
  std::string mode;             ///< "hierarchical"
  std::int64_t parts = 0;       ///< messages were passed in so many parts, of all levels
  std::int64_t unsettled = 0;   ///< parts in which they did not converge
  std::int64_t candidates = 0;  ///< rows among which the last messages were passed
};

/// How a fit went and what it is worth.
struct AffinityOutcome {
  std::int64_t n_iter = 0;
  bool converged = false;
  std::vector<double> dampings;  ///< one for each time that messages were passed; the last is the
                                 ///< one whose exemplars these are
  double preference = 0;  ///< the one used (the first row's, where each row has its own); the
                          ///< median where only the range was asked for
  double net_similarity =
      0;  ///< sum of weight x similarity to the exemplar, plus the exemplars' preferences
  AffinityForm form = AffinityForm::dense;          ///< the one used, never automatic
  double neighbors = 0;                             ///< others that a row's list holds, on average
  std::optional<PreferenceSearch> search;           ///< where n_clusters was given
  std::optional<Refinement> refinement;             ///< where it was asked for
  std::optional<PreferenceRange> preference_range;  ///< where only it was asked for
  std::optional<Approximation> approximation;       ///< or the fit is exact
  std::vector<AffinityStep> trace;                  ///< where it was asked for; of the last passing
};

struct AffinityResult : AffinityOutcome {
  std::vector<std::int32_t>
      labels;  ///< n; clusters by falling size, ties by lowest first member; -1 where there is none
  std::vector<std::int64_t> exemplars;  ///< row index of each cluster's exemplar, in cluster order
  std::vector<std::int64_t> sizes;      ///< row counts in cluster order
  std::vector<double> shares;           ///< shares of the total weight
  std::int64_t distinct_rows =
      0;  ///< rows after collapsing exact duplicates: what the messages ran on
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

/// For tens of millions of rows, and approximate: hierarchical affinity propagation (Zhang,
/// Furtlehner & Sebag 2008; Furtlehner, Sebag & Zhang, arXiv:0910.1800). Messages are passed in
/// parts of about `part_rows` rows drawn by params.seed, with the preference times the part's share
/// of the weight; the parts' exemplars, weighted with their clusters, are the rows of the next
/// level, until one part of up to 4 x part_rows is left, whose messages are passed with the
/// preference itself. Then each row joins the nearest exemplar and each cluster takes its medoid,
/// the member nearest to the weighted mean, until nothing changes or kMostRefinements times. A
/// preference not given is that of the first 4 x part_rows rows drawn. So few rows are fitted
/// exactly, and `approximation` is empty. The same bytes for any backend and thread count.
/// \param weights  of the input rows, n, or empty
/// \throws UsageError for n_clusters, preferences and only_preference_range, MemoryError where the
/// parts have so many exemplars that no level gets smaller
[[nodiscard]] AffinityResult affinity_hierarchical(Backend& backend, const DistinctRows& rows,
                                                   std::span<const float> weights,
                                                   const AffinityParams& params,
                                                   std::int64_t part_rows = kPartRows);

/// New rows and the exemplars they are most like, ties the first, with the squared distances.
/// \param exemplars  the exemplars' rows, k x d, in the order of the labels
/// \throws DataError where there is no exemplar, UsageError where the features differ in number
[[nodiscard]] Assignment affinity_predict(Backend& backend, MatrixView<const float> exemplars,
                                          const DataSet& rows);

/// scikit-learn 1.2's own arithmetic, in double with its MT19937 noise, for validation on small
/// data: the same labels, exemplars and iteration count for the same random_state (= params.seed).
/// Clusters are numbered as scikit-learn numbers them. Unweighted, not collapsed.
[[nodiscard]] AffinityResult affinity_sklearn(MatrixView<const double> x,
                                              const AffinityParams& params);

}  // namespace cohort
