#pragma once
/// From the exemplars that the messages chose to clusters, as scikit-learn ends a fit.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/backend.hpp"

#include "host/cpu/affinity_similarities.hpp"

namespace cohort::cpu {

/// Every row joins its most similar exemplar (ties: the lowest); each cluster then takes as its
/// exemplar the member with the largest weighted similarity to the others (exact sums; ties: the
/// lowest), and rows join again. Fills exemplars, labels, shares and net_similarity of `fit`.
/// \param exemplars    ascending, at least one
/// \param preferences  of every row, not perturbed
void form_clusters(const SimilarityRows& similarities, std::vector<std::int64_t> exemplars,
                   std::span<const double> preferences, double largest_magnitude, ThreadPool& pool,
                   AffinityFit& fit);

}  // namespace cohort::cpu
