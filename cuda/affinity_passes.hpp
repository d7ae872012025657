#pragma once
/// The passes of a fit (AffinityPasses) on the GPU, for either source of similarities.

#include "cohort/affinity_fit.hpp"

#include "cuda/affinity_similarities.cuh"
#include "cuda/device.hpp"

namespace cohort::cuda {

template <class Source>
[[nodiscard]] SimilarityRange similarity_range(const Source& source, const Device& device);
template <class Source>
[[nodiscard]] RankedSimilarity similarity_at_rank(const Source& source, const PairWeights& pairs,
                                                  PairWeight rank, const Device& device);
template <class Source>
[[nodiscard]] float next_similarity_above(const Source& source, const PairWeights& pairs,
                                          float value, const Device& device);

/// Bytes that messages among `rows` rows need.
[[nodiscard]] double message_bytes(std::int64_t rows, const AffinityParams& params);
template <class Source>
[[nodiscard]] std::vector<std::int64_t> pass_messages(const Source& source, const MessagePlan& plan,
                                                      const AffinityParams& params,
                                                      AffinityFit& fit, const Device& device);

template <class Source>
[[nodiscard]] std::vector<std::int32_t> join(const Source& source,
                                             const std::vector<std::int64_t>& exemplars,
                                             const Device& device);
template <class Source>
[[nodiscard]] std::vector<std::int64_t> totals(const Source& source,
                                               const std::vector<std::int32_t>& labels,
                                               std::int64_t clusters, Grid grid,
                                               const Device& device);
template <class Source>
[[nodiscard]] std::vector<float> similarities_to(const Source& source,
                                                 const std::vector<std::int64_t>& columns,
                                                 const Device& device);

}  // namespace cohort::cuda
