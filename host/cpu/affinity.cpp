/// Affinity propagation on the CPU: every pass goes over the rows on all threads, a row of
/// similarities at a time.

#include <functional>
#include <memory>

#include "cohort/affinity_fit.hpp"
#include "cohort/memory.hpp"

#include "host/cpu/affinity_clusters.hpp"
#include "host/cpu/affinity_messages.hpp"
#include "host/cpu/affinity_ranks.hpp"
#include "host/cpu/operations.hpp"

namespace cohort::cpu {

namespace {

using MakeIndex = std::function<std::unique_ptr<NeighborIndex>()>;

/// Up to so many rows whole ones take less time than lists, and little memory.
constexpr std::int64_t kWholeRows = 256;

/// Lists are never much dearer: a row whose list grows long becomes whole.
AffinityForm chosen_form(AffinityForm asked, std::int64_t rows) {
  if (asked != AffinityForm::automatic) return asked;
  return rows <= kWholeRows ? AffinityForm::dense : AffinityForm::sparse;
}

class CpuPasses final : public AffinityPasses {
 public:
  /// Both outlive this. \param form  not automatic
  CpuPasses(const SimilarityRows& similarities, const MakeIndex& make_index, AffinityForm form,
            Machine machine)
      : similarities_(similarities),
        make_index_(make_index),
        form_(form),
        machine_(machine),
        ranks_(similarities, machine),
        clusters_(similarities, machine.pool) {}

  [[nodiscard]] std::span<const float> weights() const override { return similarities_.weights(); }
  [[nodiscard]] SimilarityRange range() override {
    return similarity_range(similarities_, machine_);
  }
  [[nodiscard]] RankedSimilarity at_rank(const PairWeights& pairs, PairWeight rank) override {
    return ranks_.at(pairs, rank);
  }
  [[nodiscard]] float next_above(const PairWeights& pairs, float value) override {
    return ranks_.next_above(pairs, value);
  }
  [[nodiscard]] std::vector<std::int32_t> join(
      const std::vector<std::int64_t>& exemplars) override {
    return clusters_.join(exemplars);
  }
  [[nodiscard]] std::vector<std::int64_t> totals(const std::vector<std::int32_t>& labels,
                                                 std::int64_t clusters, Grid grid) override {
    return clusters_.totals(labels, clusters, grid);
  }
  [[nodiscard]] std::vector<float> similarities_to(
      const std::vector<std::int64_t>& columns) override {
    return clusters_.similarities_to(columns);
  }

  [[nodiscard]] std::vector<std::int64_t> pass_messages(MessagePlan plan,
                                                        const AffinityParams& params,
                                                        AffinityFit& fit) override {
    if (!index_) index_ = make_index_();
    std::vector<double> preferences;
    preferences.reserve(plan.preferences.size());
    for (const std::int32_t row : index_->order())
      preferences.push_back(plan.preferences[static_cast<std::size_t>(row)]);
    AffinityMessages messages(*index_, std::move(preferences), params.damping, plan.grid, form_,
                              machine_);
    ConvergenceWindow window{params.convergence_iter};
    for (std::int64_t iteration = 0; iteration < params.max_iter && !fit.converged; ++iteration) {
      const std::int64_t changes = messages.iterate();
      const std::int64_t exemplars = messages.exemplar_count();
      fit.converged = window.is_full(iteration, changes, exemplars > 0);
      fit.n_iter = iteration + 1;
      if (params.trace) fit.trace.push_back({exemplars, changes});
      if (params.progress)
        params.progress({"affinity propagation", fit.n_iter, params.max_iter, "iterations", 0,
                         exemplars, "exemplars"});
    }
    fit.form = form_;
    fit.neighbors = messages.neighbors();
    return messages.exemplars();
  }

 private:
  const SimilarityRows& similarities_;
  const MakeIndex& make_index_;
  std::unique_ptr<NeighborIndex> index_;  // of the first passing, for those that follow
  AffinityForm form_;
  Machine machine_;
  SimilarityRanks ranks_;
  AffinityClusters clusters_;
};

AffinityFit fit_among(const SimilarityRows& similarities, const MakeIndex& make_index,
                      const AffinityParams& params, Machine machine) {
  const std::int64_t n = similarities.rows();
  const AffinityForm form = chosen_form(params.form, n);
  require_memory(AffinityMessages::bytes(n, form, machine.pool.threads()), affinity_among(n),
                 kInsteadOfAffinity);
  CpuPasses passes(similarities, make_index, form, machine);
  return fit_affinity(passes, params);
}

}  // namespace

AffinityFit affinity(const CpuDataSet& data, const AffinityParams& params, Machine machine) {
  return fit_among(
      *similarities_of(data, machine.isa), [&] { return index_of(data, machine.isa); }, params,
      machine);
}

AffinityFit affinity(MatrixView<const float> similarities, std::span<const float> weights,
                     const AffinityParams& params, Machine machine) {
  const std::unique_ptr<SimilarityRows> rows = given_similarities(similarities, weights);
  return fit_among(
      *rows, [&] { return index_of(*rows); }, params, machine);
}

}  // namespace cohort::cpu
