#pragma once
/// What every passing of messages among the same rows shares, whatever the preferences.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/affinity_fit.hpp"

namespace cohort {

class AffinityProblem {
 public:
  /// Both outlive this. \throws DataError for similarities beyond kLargestSimilarity
  AffinityProblem(AffinityPasses& passes, const AffinityParams& params);

  [[nodiscard]] AffinityPasses& passes() const { return passes_; }
  [[nodiscard]] std::int64_t rows() const { return passes_.rows(); }
  /// Of w_i s(i,j), i != j; zeros where there is one row.
  [[nodiscard]] SimilarityRange range() const { return range_; }
  /// The largest magnitude of w_i s(i,j).
  [[nodiscard]] double magnitude() const;

  /// The weighted median of all pairs' similarities, copies and rows with themselves among them;
  /// the mean of two values where the half falls between them. numpy.median of the matrix when all
  /// weights are 1.
  [[nodiscard]] double median() const;
  /// \param q  as AffinityParams::preference_quantile
  [[nodiscard]] double quantile(double q) const;

  /// A fit's exemplars, and how the messages went that chose them; labels, shares and net
  /// similarity are for form_clusters(). \param preferences  one for each row
  /// \throws DataError for preferences beyond kLargestSimilarity
  [[nodiscard]] AffinityFit choose_exemplars(const std::vector<double>& preferences) const;

 private:
  void pass_messages(const std::vector<double>& preferences, double lowest, double scale,
                     AffinityFit& fit) const;

  AffinityPasses& passes_;
  const AffinityParams& params_;
  SimilarityRange range_{0, 0};
};

/// From the exemplars that messages chose to clusters, as scikit-learn ends a fit: every row joins
/// its most similar exemplar, each cluster takes its best member as exemplar, and rows join again.
/// \param preferences  not perturbed \param refine  as AffinityParams::refine
void form_clusters(const AffinityProblem& problem, const std::vector<double>& preferences,
                   bool refine, AffinityFit& fit);

/// Each cluster's share of the total weight. \param labels  in [0, clusters), one for each weight
[[nodiscard]] std::vector<double> cluster_shares(std::span<const std::int32_t> labels,
                                                 std::size_t clusters,
                                                 std::span<const float> weights);

/// The exemplars of the preference that gives `wanted` of them, or of the nearest; `search` of the
/// result tells. \throws DataError where there are fewer rows
[[nodiscard]] AffinityFit search_preference(const AffinityProblem& problem, std::int64_t wanted);

[[nodiscard]] PreferenceRange preference_range(const AffinityProblem& problem);

/// w_i s(i,j) summed over all i != j, for every j: what all rows pay for one exemplar.
[[nodiscard]] std::vector<std::int64_t> totals_for_one(const AffinityProblem& problem, Grid grid);

}  // namespace cohort
