#pragma once
/// A fit of affinity propagation (Frey & Dueck 2007, doi:10.1126/science.1136800; weighted rows as
/// in Zhang, Furtlehner & Sebag, Data Streaming with Affinity Propagation, ECML 2008) as every
/// backend runs it. What goes over all pairs of rows is the backend's; what is decided in between
/// is fit_affinity()'s, once for all.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cohort/backend.hpp"
#include "cohort/exact_sum.hpp"
#include "cohort/similarity_ranks.hpp"

namespace cohort {

struct SimilarityRange {
  float least, largest;
};

/// What the messages are passed with, beside the parameters.
struct MessagePlan {
  std::vector<double> preferences;  ///< m, perturbed
  Grid grid;                        ///< holds the sum of any column's positive responsibilities
};

/// Passes over all pairs of m rows. s(i,j) is a similarity, w_i the weight of row i.
class AffinityPasses {
 public:
  virtual ~AffinityPasses() = default;

  [[nodiscard]] virtual std::span<const float> weights() const = 0;
  [[nodiscard]] std::int64_t rows() const { return std::ssize(weights()); }

  /// The least and the largest w_i s(i,j), i != j; one of them is NaN where there is any. At least
  /// two rows.
  [[nodiscard]] virtual SimilarityRange range() = 0;

  /// The least similarity for which the weight of all not above it reaches `rank`.
  [[nodiscard]] virtual RankedSimilarity at_rank(const PairWeights& pairs, PairWeight rank) = 0;
  /// The least similarity above `value` that any pair of weight has; there is one.
  [[nodiscard]] virtual float next_above(const PairWeights& pairs, float value) = 0;

  /// Iterates until the exemplars have been the same for a window, or max_iter times. Fills n_iter
  /// and converged of `fit`. At least two rows. \returns the exemplars, ascending
  [[nodiscard]] virtual std::vector<std::int64_t> pass_messages(MessagePlan plan,
                                                                const AffinityParams& params,
                                                                AffinityFit& fit) = 0;

  /// m: which exemplar's s(i, exemplar) is the largest, ties the lowest; exemplars belong to
  /// themselves. \param exemplars  ascending, at least one
  [[nodiscard]] virtual std::vector<std::int32_t> join(
      const std::vector<std::int64_t>& exemplars) = 0;

  /// m: the sum of w_i s(i,j) over the others i of j's cluster, on the grid.
  /// \param labels  m, in [0, clusters)
  [[nodiscard]] virtual std::vector<std::int64_t> totals(const std::vector<std::int32_t>& labels,
                                                         std::int64_t clusters, Grid grid) = 0;

  /// m: w_i s(i, columns[i]); anything where columns[i] = i.
  [[nodiscard]] virtual std::vector<float> similarities_to(
      const std::vector<std::int64_t>& columns) = 0;
};

/// \throws DataError for similarities and preferences beyond kLargestSimilarity
[[nodiscard]] AffinityFit fit_affinity(AffinityPasses& passes, const AffinityParams& params);

/// What a refusal of memory says: what needs it, and what to do.
[[nodiscard]] std::string affinity_among(std::int64_t rows);
inline constexpr const char* kInsteadOfAffinity =
    "analyse a sample of the rows, leave out or round features so that more rows are equal, or use "
    "K-means";

}  // namespace cohort
