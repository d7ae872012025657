#pragma once
/// The passes that turn exemplars into clusters (AffinityPasses).

#include <cstdint>
#include <vector>

#include "cohort/exact_sum.hpp"

#include "host/cpu/affinity_similarities.hpp"

namespace cohort::cpu {

class AffinityClusters {
 public:
  /// Both outlive this.
  AffinityClusters(const SimilarityRows& similarities, ThreadPool& pool);

  [[nodiscard]] std::vector<std::int32_t> join(const std::vector<std::int64_t>& exemplars);
  [[nodiscard]] std::vector<std::int64_t> totals(const std::vector<std::int32_t>& labels,
                                                 std::int64_t clusters, Grid grid);
  [[nodiscard]] std::vector<float> similarities_to(const std::vector<std::int64_t>& columns);

 private:
  const SimilarityRows& similarities_;
  ThreadPool& pool_;
};

}  // namespace cohort::cpu
