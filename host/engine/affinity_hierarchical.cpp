/// Affinity propagation in parts (include/cohort/affinity.hpp).

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "cohort/arithmetic.hpp"
#include "cohort/error.hpp"
#include "cohort/exact_sum.hpp"
#include "cohort/memory.hpp"

#include "host/engine/affinity_medoids.hpp"
#include "host/engine/affinity_numbering.hpp"
#include "host/engine/affinity_params.hpp"
#include "host/engine/affinity_problem.hpp"

namespace cohort {

namespace {

/// A part of up to so many times the usual size is not split further.
constexpr std::int64_t kLastPart = 4;

void refuse_what_parts_cannot_have(const AffinityParams& params) {
  const auto refuse = [](const char* flag) {
    throw UsageError(
        fmt::format("affinity propagation: {} is not for the approximate modes; leave it out, or "
                    "leave out --approximate",
                    flag));
  };
  if (params.n_clusters) refuse("--n-clusters");
  if (!params.preferences.empty()) refuse("--preferences");
  if (params.only_preference_range) refuse("--preference-range");
  if (params.trace) refuse("--trace");
}

/// The total weight of every group of equal rows, each sum exact before it is rounded.
std::vector<float> group_weights(const DistinctRows& rows, std::span<const float> weights) {
  if (weights.empty()) return {rows.counts.begin(), rows.counts.end()};
  const float heaviest = *std::max_element(weights.begin(), weights.end());
  const Grid grid = grid_for(heaviest, static_cast<double>(weights.size()));
  std::vector<std::int64_t> sums(rows.first.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    sums[static_cast<std::size_t>(rows.group[i])] +=
        static_cast<std::int64_t>(on_grid(weights[i], grid.steps_per_unit()));
  std::vector<float> result;
  result.reserve(sums.size());
  for (const std::int64_t sum : sums) result.push_back(static_cast<float>(from_grid(sum, grid)));
  return result;
}

/// All rows in an order that the seed draws.
std::vector<std::int64_t> shuffled_rows(std::int64_t rows, std::uint64_t seed) {
  constexpr std::uint64_t stream = 0x7061727473ULL;  // "parts"
  std::vector<std::pair<std::uint64_t, std::int64_t>> drawn;
  drawn.reserve(static_cast<std::size_t>(rows));
  for (std::int64_t i = 0; i < rows; ++i)
    drawn.emplace_back(philox(seed, stream, static_cast<std::uint64_t>(i)).low(), i);
  std::sort(drawn.begin(), drawn.end());
  std::vector<std::int64_t> order;
  order.reserve(drawn.size());
  for (const auto& [key, row] : drawn) order.push_back(row);
  return order;
}

double sum_of(std::span<const float> weights) {
  const float heaviest = *std::max_element(weights.begin(), weights.end());
  const Grid grid = grid_for(heaviest, static_cast<double>(weights.size()));
  std::int64_t sum = 0;
  for (const float weight : weights)
    sum += static_cast<std::int64_t>(on_grid(weight, grid.steps_per_unit()));
  return from_grid(sum, grid);
}

/// Rows among which messages may be passed: of the data, weighted with what they stand for.
struct Candidates {
  std::vector<std::int64_t> rows;
  std::vector<float> weights;
};

class Hierarchy {
 public:
  Hierarchy(Backend& backend, MatrixView<const float> x, const AffinityParams& params,
            std::int64_t part_rows)
      : backend_(backend), x_(x), params_(params), part_rows_(part_rows) {
    params_.progress = {};
    params_.refine = false;
  }

  /// A preference not given is that of the first rows drawn.
  void take_preference(const Candidates& all) {
    if (params_.preference) return;
    AffinityParams shortest = params_;
    shortest.max_iter = 1;
    shortest.raise_damping = false;
    params_.preference =
        fit(slice(all, 0, std::min(last_part(), std::ssize(all.rows))), shortest).preference;
    params_.preference_quantile.reset();
  }

  /// The exemplars of all parts.
  Candidates split(const Candidates& all, const ProgressListener& progress) {
    const std::int64_t n = std::ssize(all.rows);
    const std::int64_t parts = (n + part_rows_ - 1) / part_rows_;
    const double total = sum_of(all.weights);
    Candidates chosen;
    for (std::int64_t p = 0; p < parts; ++p) {
      const Candidates part = slice(all, n * p / parts, n * (p + 1) / parts);
      const double share = sum_of(part.weights) / total;
      if (share > 0) add_exemplars(part, share, chosen);
      if (progress) progress({"affinity propagation in parts", p + 1, parts, "parts"});
    }
    return chosen;
  }

  /// Messages among all of them. \returns a fit whose exemplars are rows of the data, ascending
  AffinityFit finish(const Candidates& all, const ProgressListener& progress) {
    AffinityParams params = params_;
    params.progress = progress;
    AffinityFit last = fit(all, params);
    count_part(last);
    how_.candidates = std::ssize(all.rows);
    for (std::int64_t& exemplar : last.exemplars)
      exemplar = all.rows[static_cast<std::size_t>(exemplar)];
    std::sort(last.exemplars.begin(), last.exemplars.end());
    last.converged = how_.unsettled == 0;
    last.approximation = how_;
    return last;
  }
  [[nodiscard]] std::int64_t last_part() const { return kLastPart * part_rows_; }

 private:
  static Candidates slice(const Candidates& all, std::int64_t first, std::int64_t last) {
    return {{all.rows.begin() + first, all.rows.begin() + last},
            {all.weights.begin() + first, all.weights.begin() + last}};
  }

  AffinityFit fit(const Candidates& part, const AffinityParams& params) {
    Matrix<float> rows(std::ssize(part.rows), x_.cols());
    for (std::int64_t i = 0; i < rows.rows(); ++i)
      std::ranges::copy(x_.row(part.rows[static_cast<std::size_t>(i)]), rows.row(i).begin());
    return backend_.affinity(*backend_.upload(rows, part.weights), params);
  }

  /// A part in which no row has become an exemplar goes on whole.
  void add_exemplars(const Candidates& part, double share, Candidates& chosen) {
    AffinityParams params = params_;
    params.preference = *params_.preference * share;
    const AffinityFit found = fit(part, params);
    count_part(found);
    if (found.exemplars.empty()) {
      chosen.rows.insert(chosen.rows.end(), part.rows.begin(), part.rows.end());
      chosen.weights.insert(chosen.weights.end(), part.weights.begin(), part.weights.end());
      return;
    }
    const double weight = sum_of(part.weights);
    for (std::size_t k = 0; k < found.exemplars.size(); ++k) {
      chosen.rows.push_back(part.rows[static_cast<std::size_t>(found.exemplars[k])]);
      chosen.weights.push_back(static_cast<float>(found.shares[k] * weight));
    }
  }
  void count_part(const AffinityFit& fit) {
    ++how_.parts;
    if (!fit.converged) ++how_.unsettled;
  }

  Backend& backend_;
  MatrixView<const float> x_;
  AffinityParams params_;
  std::int64_t part_rows_;
  Approximation how_{"hierarchical", 0, 0, 0};
};

/// Minus what all rows pay for their exemplars, and the exemplars' preferences.
double net_similarity(std::span<const float> weights, std::span<const float> squared_distance,
                      std::size_t exemplars, double preference) {
  double largest = std::abs(preference);
  for (std::size_t i = 0; i < weights.size(); ++i)
    largest = std::max(largest,
                       static_cast<double>(weights[i]) * static_cast<double>(squared_distance[i]));
  const Grid grid = grid_for(largest, static_cast<double>(weights.size() + exemplars));
  WideSum sum;
  for (std::size_t i = 0; i < weights.size(); ++i)
    sum.add(-static_cast<double>(weights[i]) * static_cast<double>(squared_distance[i]),
            grid.steps_per_unit());
  for (std::size_t k = 0; k < exemplars; ++k) sum.add(preference, grid.steps_per_unit());
  return sum.value(grid);
}

void take_medoids(Medoids medoids, std::span<const float> weights, AffinityFit& fit) {
  fit.refinement = Refinement{medoids.rounds, net_similarity(weights, medoids.first_distance,
                                                             medoids.rows.size(), fit.preference)};
  fit.net_similarity =
      net_similarity(weights, medoids.squared_distance, medoids.rows.size(), fit.preference);
  fit.shares = cluster_shares(medoids.labels, medoids.rows.size(), weights);
  fit.exemplars = std::move(medoids.rows);
  fit.labels = std::move(medoids.labels);
}

}  // namespace

AffinityResult affinity_hierarchical(Backend& backend, const DistinctRows& distinct,
                                     std::span<const float> weights, const AffinityParams& params,
                                     std::int64_t part_rows) {
  validate(params, std::ssize(distinct.group));
  refuse_what_parts_cannot_have(params);
  const std::int64_t m = distinct.data->rows();
  if (m <= kLastPart * part_rows) return affinity(backend, distinct, params);

  const double row_bytes = 4.0 * static_cast<double>(distinct.data->features()) + 64;
  require_memory(row_bytes * static_cast<double>(m),
                 fmt::format("affinity propagation in parts of {} distinct rows", m),
                 "analyse a sample of the rows");
  const Matrix<float> x = backend.download(*distinct.data);
  const std::vector<float> of_group = group_weights(distinct, weights);
  Candidates candidates;
  candidates.rows = shuffled_rows(m, params.seed);
  candidates.weights.reserve(candidates.rows.size());
  for (const std::int64_t row : candidates.rows)
    candidates.weights.push_back(of_group[static_cast<std::size_t>(row)]);

  Hierarchy hierarchy(backend, x, params, part_rows);
  hierarchy.take_preference(candidates);
  while (std::ssize(candidates.rows) > hierarchy.last_part()) {
    Candidates chosen = hierarchy.split(candidates, params.progress);
    // Where parts do not get fewer rows, none of them would at the next level.
    const bool shrinks = 4 * chosen.rows.size() <= 3 * candidates.rows.size();
    candidates = std::move(chosen);
    if (!shrinks) break;
  }
  AffinityFit fit = hierarchy.finish(candidates, params.progress);
  if (!fit.exemplars.empty())
    take_medoids(settle_medoids(backend, {*distinct.data, x, of_group}, fit.exemplars), of_group,
                 fit);
  return numbered(std::move(fit), {distinct.group, distinct.first});
}

}  // namespace cohort
