/// Affinity propagation on the CPU: every pass goes over the rows on all threads, a row of
/// similarities at a time.

#include "cohort/affinity_fit.hpp"
#include "cohort/memory.hpp"

#include "host/cpu/affinity_clusters.hpp"
#include "host/cpu/affinity_messages.hpp"
#include "host/cpu/operations.hpp"

namespace cohort::cpu {

namespace {

class CpuPasses final : public AffinityPasses {
 public:
  CpuPasses(const SimilarityRows& similarities, Machine machine)
      : similarities_(similarities), machine_(machine), clusters_(similarities, machine.pool) {}

  [[nodiscard]] std::span<const float> weights() const override { return similarities_.weights(); }
  [[nodiscard]] SimilarityRange range() override {
    return similarity_range(similarities_, machine_.pool);
  }
  [[nodiscard]] RankedSimilarity at_rank(const PairWeights& pairs, PairWeight rank) override {
    return similarity_at_rank(similarities_, pairs, rank, machine_.pool);
  }
  [[nodiscard]] float next_above(const PairWeights& pairs, float value) override {
    return next_similarity_above(similarities_, pairs, value, machine_.pool);
  }
  [[nodiscard]] std::vector<std::int32_t> join(
      const std::vector<std::int64_t>& exemplars) override {
    return clusters_.join(exemplars);
  }
  [[nodiscard]] std::vector<std::int64_t> totals(const std::vector<std::int32_t>& labels,
                                                 std::int64_t /*clusters*/, Grid grid) override {
    return clusters_.totals(labels, grid);
  }
  [[nodiscard]] std::vector<float> similarities_to(
      const std::vector<std::int64_t>& columns) override {
    return clusters_.similarities_to(columns);
  }

  [[nodiscard]] std::vector<std::int64_t> pass_messages(MessagePlan plan,
                                                        const AffinityParams& params,
                                                        AffinityFit& fit) override {
    AffinityMessages messages(similarities_, std::move(plan.preferences), params.damping, plan.grid,
                              machine_);
    ConvergenceWindow window{params.convergence_iter};
    for (std::int64_t iteration = 0; iteration < params.max_iter && !fit.converged; ++iteration) {
      const std::int64_t changes = messages.iterate();
      const std::int64_t exemplars = messages.exemplar_count();
      fit.converged = window.is_full(iteration, changes, exemplars > 0);
      fit.n_iter = iteration + 1;
      if (params.trace) fit.trace.push_back({exemplars, changes});
      if (params.progress)
        params.progress({"affinity propagation", fit.n_iter, params.max_iter, "iterations",
                         exemplars, "exemplars"});
    }
    return messages.exemplars();
  }

 private:
  const SimilarityRows& similarities_;
  Machine machine_;
  AffinityClusters clusters_;
};

AffinityFit fit_among(const SimilarityRows& similarities, const AffinityParams& params,
                      Machine machine) {
  const std::int64_t n = similarities.rows();
  require_memory(AffinityMessages::bytes(n, similarities.padded(), machine.pool.threads()),
                 affinity_among(n), kInsteadOfAffinity);
  CpuPasses passes(similarities, machine);
  return fit_affinity(passes, params);
}

}  // namespace

AffinityFit affinity(const CpuDataSet& data, const AffinityParams& params, Machine machine) {
  return fit_among(*similarities_of(data, machine.isa), params, machine);
}

AffinityFit affinity(MatrixView<const float> similarities, std::span<const float> weights,
                     const AffinityParams& params, Machine machine) {
  return fit_among(*given_similarities(similarities, weights), params, machine);
}

}  // namespace cohort::cpu
