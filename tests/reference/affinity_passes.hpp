#pragma once
/// The passes of affinity propagation over all pairs, the matrix of similarities and the whole
/// matrix B in memory, one pair after another: what any other form must give the bits of.

#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "cohort/affinity_arithmetic.hpp"
#include "cohort/affinity_fit.hpp"

namespace cohort::reference {

class AllPairs final : public AffinityPasses {
 public:
  using Rows = std::vector<std::vector<float>>;

  /// \param distances  squared, n x n
  AllPairs(Rows distances, std::vector<float> weights) : weights_(std::move(weights)) {
    for (std::size_t i = 0; i < distances.size(); ++i) {
      plain_.emplace_back();
      weighted_.emplace_back();
      for (const float distance : distances[i]) {
        plain_.back().push_back(weighted_similarity(1.0F, distance));
        weighted_.back().push_back(weighted_similarity(weights_[i], distance));
      }
    }
  }

  [[nodiscard]] std::span<const float> weights() const override { return weights_; }

  [[nodiscard]] SimilarityRange range() override {
    SimilarityRange range{std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()};
    for (std::size_t i = 0; i < size(); ++i)
      for (std::size_t j = 0; j < size(); ++j) {
        if (i == j) continue;
        range.least = std::min(range.least, weighted_[i][j]);
        range.largest = std::max(range.largest, weighted_[i][j]);
      }
    return range;
  }

  [[nodiscard]] RankedSimilarity at_rank(const PairWeights& pairs, PairWeight rank) override {
    PairWeight below = 0;
    for (const auto& [value, weight] : by_value(pairs))
      if ((below += weight) >= rank) return {value, below};
    return {0, 0};
  }
  [[nodiscard]] float next_above(const PairWeights& pairs, float value) override {
    const auto all = by_value(pairs);
    return all.upper_bound(value)->first;
  }

  [[nodiscard]] std::vector<std::int64_t> pass_messages(MessagePlan plan,
                                                        const AffinityParams& params,
                                                        AffinityFit& fit) override {
    const std::size_t n = size();
    const Damping damped{params.damping};
    const auto keep = static_cast<float>(params.damping);
    const auto move = static_cast<float>(1.0 - params.damping);
    const auto least = static_cast<float>(plan.grid.unit());
    const double steps = plan.grid.steps_per_unit();
    Rows availability(n, std::vector<float>(n)), excess(n, std::vector<float>(n));
    std::vector<RowMessage> rows(n);
    std::vector<ColumnMessage> columns(n);
    std::vector<char> exemplar(n);
    double sigma = 0;
    ConvergenceWindow window{params.convergence_iter};
    while (fit.n_iter < params.max_iter && !fit.converged) {
      const double next_sigma = damped(sigma, 1.0);
      std::vector<std::int64_t> sums(n);
      for (std::size_t i = 0; i < n; ++i) {
        TopTwo<OneElement> top{-std::numeric_limits<float>::infinity(),
                               -std::numeric_limits<float>::infinity(), 0};
        for (std::size_t j = 0; j < n; ++j) {
          if (i == j) continue;
          const float r = responsibility(static_cast<float>(sigma), weighted_[i][j],
                                         static_cast<float>(rows[i].rho), excess[i][j]);
          availability[i][j] = own_availability(keep, move, availability[i][j], r,
                                                static_cast<float>(columns[j].support), least);
          top.see(weighted_[i][j] + (static_cast<float>(columns[j].alpha) + availability[i][j]),
                  static_cast<std::int32_t>(j));
        }
        const RowWinner winner = with_self(top, columns[i].self_availability + plan.preferences[i],
                                           static_cast<std::int32_t>(i));
        rows[i] = next_row(rows[i], winner, plan.preferences[i], damped);
        for (std::size_t j = 0; j < n; ++j) {
          excess[i][j] = keep * excess[i][j];
          if (!winner.is_self && static_cast<std::int32_t>(j) == top.column)
            excess[i][j] += move * static_cast<float>(winner.best - winner.second);
          if (excess[i][j] < least) excess[i][j] = 0;
          if (i == j) continue;
          const float r = responsibility(static_cast<float>(next_sigma), weighted_[i][j],
                                         static_cast<float>(rows[i].rho), excess[i][j]);
          sums[j] += static_cast<std::int64_t>(on_grid(positive_part(r), steps));
        }
      }
      sigma = next_sigma;
      std::int64_t changes = 0;
      for (std::size_t j = 0; j < n; ++j) {
        const double own = rows[j].self_responsibility;
        columns[j] = next_column(columns[j], from_grid(sums[j], plan.grid), own, damped);
        const char is_exemplar = columns[j].self_availability + own > 0 ? 1 : 0;
        changes += is_exemplar != exemplar[j] ? 1 : 0;
        exemplar[j] = is_exemplar;
      }
      const bool any = std::count(exemplar.begin(), exemplar.end(), 1) > 0;
      fit.converged = window.is_full(fit.n_iter++, changes, any);
    }
    std::vector<std::int64_t> exemplars;
    for (std::size_t j = 0; j < n; ++j)
      if (exemplar[j] != 0) exemplars.push_back(static_cast<std::int64_t>(j));
    return exemplars;
  }

  [[nodiscard]] std::vector<std::int32_t> join(
      const std::vector<std::int64_t>& exemplars) override {
    std::vector<std::int32_t> labels(size());
    for (std::size_t i = 0; i < size(); ++i)
      for (std::size_t k = 1; k < exemplars.size(); ++k)
        if (plain_[i][static_cast<std::size_t>(exemplars[k])] >
            plain_[i][static_cast<std::size_t>(exemplars[static_cast<std::size_t>(labels[i])])])
          labels[i] = static_cast<std::int32_t>(k);
    for (std::size_t k = 0; k < exemplars.size(); ++k)
      labels[static_cast<std::size_t>(exemplars[k])] = static_cast<std::int32_t>(k);
    return labels;
  }

  [[nodiscard]] std::vector<std::int64_t> totals(const std::vector<std::int32_t>& labels,
                                                 std::int64_t /*clusters*/, Grid grid) override {
    std::vector<std::int64_t> totals(size());
    for (std::size_t i = 0; i < size(); ++i)
      for (std::size_t j = 0; j < size(); ++j)
        if (i != j && labels[i] == labels[j])
          totals[j] += static_cast<std::int64_t>(on_grid(weighted_[i][j], grid.steps_per_unit()));
    return totals;
  }

  [[nodiscard]] std::vector<float> similarities_to(
      const std::vector<std::int64_t>& columns) override {
    std::vector<float> result;
    for (std::size_t i = 0; i < size(); ++i)
      result.push_back(weighted_[i][static_cast<std::size_t>(columns[i])]);
    return result;
  }

 private:
  [[nodiscard]] std::size_t size() const { return weights_.size(); }

  [[nodiscard]] std::map<float, PairWeight> by_value(const PairWeights& pairs) const {
    std::map<float, PairWeight> all;
    if (pairs.zeros > 0) all[0.0F] = pairs.zeros;
    for (std::size_t i = 0; i < size(); ++i)
      for (std::size_t j = 0; j < size(); ++j) {
        const PairWeight weight = static_cast<PairWeight>(pairs.of_row[i]) * pairs.of_row[j];
        if (i != j && weight > 0) all[plain_[i][j]] += weight;
      }
    return all;
  }

  std::vector<float> weights_;
  Rows plain_, weighted_;
};

}  // namespace cohort::reference
