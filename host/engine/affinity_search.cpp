/// The preference that gives a wanted number of clusters.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/engine/affinity_problem.hpp"

namespace cohort {

namespace {

constexpr std::int64_t kMostFits = 25;

/// Where the search is: a preference as the logarithm of how far it lies below the largest
/// similarity, because the number of clusters falls about as a power of that distance.
struct End {
  double distance;  ///< ln
  double clusters;  ///< ln
};

double log_of_count(std::int64_t clusters) {
  return std::log(std::max(0.5, static_cast<double>(clusters)));
}

/// Between two ends: where a straight line through them has the wanted number, or the middle, kept
/// off the ends.
class Bracket {
 public:
  Bracket(End more, End fewer, double wanted) : more_(more), fewer_(fewer), wanted_(wanted) {}

  /// The middle where the line has cut off less than half of the bracket twice in a row: a step of
  /// the staircase is no line.
  [[nodiscard]] double next() const {
    const double width = fewer_.distance - more_.distance;
    const double fall = more_.clusters - fewer_.clusters;
    const double part = slow_ < 2 && fall > 0 ? (more_.clusters - wanted_) / fall : 0.5;
    return more_.distance + width * std::clamp(part, 0.05, 0.95);
  }
  void replace(double distance, std::int64_t clusters) {
    const double before = fewer_.distance - more_.distance;
    const double count = log_of_count(clusters);
    (count > wanted_ ? more_ : fewer_) = {distance, count};
    const bool halved = fewer_.distance - more_.distance <= before / 2;
    slow_ = halved ? 0 : slow_ + 1;
  }
  /// Its preferences differ by less than they are perturbed.
  [[nodiscard]] bool is_closed() const { return fewer_.distance - more_.distance < 0x1p-20; }

 private:
  End more_, fewer_;
  double wanted_;
  int slow_ = 0;
};

/// The fits that have been tried, of which the nearest ones are kept.
class Trials {
 public:
  Trials(const AffinityProblem& problem, std::int64_t wanted) : problem_(problem) {
    search_.wanted = wanted;
  }

  /// \returns the number of exemplars
  std::int64_t fit(double preference) {
    AffinityFit fit = problem_.choose_exemplars(
        std::vector<double>(static_cast<std::size_t>(problem_.rows()), preference));
    const std::int64_t found = std::ssize(fit.exemplars);
    ++search_.fits;
    search_.iterations += fit.n_iter;
    search_.found = found == search_.wanted;
    const PreferenceSearch::Trial trial{found, preference};
    if (found > 0 && found < search_.wanted &&
        (!search_.fewer || found > search_.fewer->n_clusters))
      search_.fewer = trial;
    if (found > search_.wanted && (!search_.more || found < search_.more->n_clusters))
      search_.more = trial;
    if (nearest_.exemplars.empty() || distance(found) < distance(std::ssize(nearest_.exemplars)))
      nearest_ = std::move(fit);
    return found;
  }
  [[nodiscard]] bool is_over() const { return search_.found || search_.fits == kMostFits; }

  [[nodiscard]] AffinityFit take() {
    nearest_.search = search_;
    return std::move(nearest_);
  }

 private:
  /// No exemplar at all is the farthest; of two counts as near, the smaller is the nearer.
  [[nodiscard]] std::int64_t distance(std::int64_t clusters) const {
    if (clusters == 0) return std::numeric_limits<std::int64_t>::max();
    const std::int64_t more = clusters - search_.wanted;
    return more > 0 ? 2 * more + 1 : -2 * more;
  }

  const AffinityProblem& problem_;
  PreferenceSearch search_;
  AffinityFit nearest_;
};

}  // namespace

AffinityFit search_preference(const AffinityProblem& problem, std::int64_t wanted) {
  const std::int64_t n = problem.rows();
  if (wanted > n)
    throw DataError(fmt::format(
        "fewer distinct rows ({}) than clusters ({}); use --n-clusters {} or fewer", n, wanted, n));
  const double largest = problem.range().largest;
  Trials trials(problem, wanted);
  if (wanted == n) {  // above every similarity, by more than preferences are perturbed
    const double magnitude = std::max<double>(problem.magnitude(), 0x1p-100);
    trials.fit(largest + magnitude * 0x1p-10);
    return trials.take();
  }
  // One exemplar is better than any two at this preference, because two gain at most what all other
  // rows lose, and by a good deal: it is twice as far below the largest similarity.
  const Grid grid = grid_for(problem.magnitude(), static_cast<double>(n));
  const std::vector<std::int64_t> totals = totals_for_one(problem, grid);
  const double least = from_grid(*std::max_element(totals.begin(), totals.end()), grid) -
                       static_cast<double>(n - 2) * largest;
  const double farthest = 2 * std::max({largest - least, problem.magnitude() * 0x1p-10, 0x1p-100});
  const double reach = std::log(farthest);
  const double log_wanted = std::log(static_cast<double>(wanted));
  Bracket bracket({reach - 40 * std::log(2.0), log_of_count(n)}, {reach, 0}, log_wanted);
  // What uniform points in four dimensions would need.
  double distance = std::max(reach - 1.5 * log_wanted, reach - 39 * std::log(2.0));
  while (true) {
    bracket.replace(distance, trials.fit(largest - std::exp(distance)));
    if (trials.is_over() || bracket.is_closed()) return trials.take();
    distance = bracket.next();
  }
}

}  // namespace cohort
