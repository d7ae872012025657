#pragma once
/// Which features the clusters differ in.

#include <vector>

#include "cohort/features.hpp"
#include "cohort/parallel.hpp"
#include "cohort/profile.hpp"

#include "host/engine/profile_groups.hpp"

namespace cohort {

/// d, as Profiles has it. \param clusters  with their differences
[[nodiscard]] std::vector<double> discriminating_power(const FeatureMatrix& features,
                                                       const Grouping& grouping,
                                                       const std::vector<ClusterProfile>& clusters,
                                                       ThreadPool& pool);

}  // namespace cohort
