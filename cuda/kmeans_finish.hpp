#pragma once
/// The end of restarts: labels that belong to the last centres, and the inertia.

#include <numeric>
#include <vector>

#include "cuda/kmeans_relabel.hpp"

namespace cohort::cuda {

/// The inertia of each restart: the sum of weight x distance, wide, on the grid of the
/// largest distance. Labels and sums become those of the last centres.
/// \throws DataError when a distance is beyond float32
[[nodiscard]] std::vector<double> finish(const LloydWork& work, const Relabel& relabel,
                                         const Device& device);

/// The fit that a finished restart stands for; its best_init is its place among the restarts.
[[nodiscard]] KMeansFit fit_of(const LloydWork& work, std::int64_t restart, double inertia,
                               const Device& device);

}  // namespace cohort::cuda
