#pragma once
/// Where the restarts of K-means begin, by the draws of cohort/kmeans_rules.hpp.

#include "cohort/kmeans.hpp"

#include "cuda/kmeans_passes.hpp"
#include "cuda/kmeans_restarts.hpp"
#include "cuda/kmeans_sums.hpp"

namespace cohort::cuda {

/// Fills the centres of `restarts`, the first of which is number `first`. They advance together, so
/// that one read of the data serves all.
/// \throws DataError where centres cannot be drawn
void kmeans_starts(const CudaDataSet& data, const KMeansParams& params, const KMeansSums& sums,
                   const Restarts& restarts, std::int64_t first, const Device& device,
                   Passes& passes);

/// Bytes of GPU memory that this takes for each restart while it is at work.
[[nodiscard]] double start_bytes_each(const Tiles& data, const KMeansParams& params);

}  // namespace cohort::cuda
