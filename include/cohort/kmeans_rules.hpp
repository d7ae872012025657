#pragma once
/// What K-means decides, the same on every backend: which draws start a restart, where a centre
/// moves, when a restart stops, which rows found empty clusters, and what is refused.

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "cohort/arithmetic.hpp"
#include "cohort/error.hpp"

namespace cohort {

// Draws. Restart r uses stream r of the seed, and each draw the low 64 bits. `random` draws centre
// c with index c. k-means++ draws its first centre with index 0 and trial t of centre c with index
// plus_plus_index(c, t). A draw is u = below(bits, total) and takes the first row whose prefix sum
// of integer terms exceeds u.

/// Candidates that greedy k-means++ draws for each centre (Arthur & Vassilvitskii 2007).
[[nodiscard]] inline std::int64_t plus_plus_trials(std::int64_t n_clusters) {
  return 2 + static_cast<std::int64_t>(std::log(static_cast<double>(n_clusters)));
}

/// \param center  from 1 on
[[nodiscard]] COHORT_SHARED_CODE std::int64_t plus_plus_index(std::int64_t center,
                                                              std::int64_t trials,
                                                              std::int64_t trial) {
  return 1 + (center - 1) * trials + trial;
}

/// The draw's u. \param total  above 0
[[nodiscard]] COHORT_SHARED_CODE std::uint64_t start_draw(std::uint64_t seed, std::int64_t restart,
                                                          std::int64_t index, std::int64_t total) {
  return below(
      philox(seed, static_cast<std::uint64_t>(restart), static_cast<std::uint64_t>(index)).low(),
      static_cast<std::uint64_t>(total));
}

/// How far a centre moved in one feature, squared, in double. The sum over the features in order is
/// the centre's shift; the sum of those over the centres in order is the restart's.
[[nodiscard]] COHORT_SHARED_CODE double squared_move(float from, float to) {
  const double difference = static_cast<double>(to) - static_cast<double>(from);
  return difference * difference;
}

/// When to stop while labels still change. `tolerance` bounds the restart's shift.
struct LloydLimits {
  std::int64_t max_iter = 0;
  double tolerance = 0;
};

enum class LloydStop : std::int32_t { no, converged, max_iter };

/// After the centres moved. \param changed  labels that changed in the pass before
/// \param n_iter  moves so far, this one included
[[nodiscard]] COHORT_SHARED_CODE LloydStop lloyd_stop(const LloydLimits& limits,
                                                      std::int64_t changed, std::int64_t n_iter,
                                                      bool some_empty, double shift) {
  const bool same_labels = changed == 0 && n_iter > 1 && !some_empty;
  if (same_labels || shift <= limits.tolerance) return LloydStop::converged;
  return n_iter == limits.max_iter ? LloydStop::max_iter : LloydStop::no;
}

/// "4 clusters need 4 distinct rows; the data hold 3; use --n-clusters 3 or fewer", thrown.
[[noreturn]] inline void refuse_too_few_distinct(std::int64_t n_clusters, std::int64_t distinct) {
  const std::string k = std::to_string(n_clusters);
  const std::string rows = std::to_string(distinct);
  throw DataError(k + " clusters need " + k + " distinct rows; the data hold " + rows +
                  "; use --n-clusters " + rows + " or fewer");
}

/// Squared distances between rows do not fit float32, said in one line and thrown.
[[noreturn]] inline void refuse_too_far_apart() {
  throw DataError(
      "squared distances between rows exceed the range of float32; scale the features "
      "(kmeans scale = true) or express them in larger units");
}

/// A row off its centre.
struct FarRow {
  std::int64_t row = 0;
  float distance = 0;        ///< squared, from the nearest centre; 0 for a row of weight term 0
  std::int64_t cluster = 0;  ///< its own
  std::int64_t weight = 0;   ///< its weight term
};

/// Gives each empty cluster the row farthest from its centre, as scikit-learn does; ties go to the
/// lowest row, and no row leaves a cluster that it alone makes up: at most one row of each cluster
/// is passed over, the last that it has. Of equal rows the first alone is asked about, so that it
/// does not matter whether they come one by one or as one that stands for them all.
/// \param weights   k sums of weight terms
/// \param next      the rows by falling distance, then rising index, one a call and of equal ones
///                  the first; FarRow{} when there are no more. Asked at most k times
/// \param take      take(far_row, to): moves the row's value terms from its cluster to `to`
/// \throws DataError when no row is off its centre: the data hold fewer distinct rows than clusters
template <class Next, class Take>
void fill_empty_clusters(std::vector<std::int64_t>& weights, Next next, Take take) {
  const auto k = static_cast<std::int64_t>(weights.size());
  std::vector<std::int64_t> empty;
  for (std::int64_t c = 0; c < k; ++c)
    if (weights[static_cast<std::size_t>(c)] == 0) empty.push_back(c);
  std::int64_t asked = 0;
  for (std::size_t e = 0; e < empty.size(); ++e) {
    FarRow far;
    bool movable = false;
    while (!movable && asked < k) {
      far = next();
      ++asked;
      movable = weights[static_cast<std::size_t>(far.cluster)] > far.weight;
    }
    if (!movable || far.distance == 0)
      refuse_too_few_distinct(k, k - static_cast<std::int64_t>(empty.size() - e));
    weights[static_cast<std::size_t>(far.cluster)] -= far.weight;
    weights[static_cast<std::size_t>(empty[e])] = far.weight;
    take(far, empty[e]);
  }
}

}  // namespace cohort
