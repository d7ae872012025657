#pragma once
/// A cluster in plain English.

#include <string>
#include <vector>

#include "cohort/profile.hpp"

namespace cohort {

/// At most four clauses from the telling features, strongest first; "like everyone" without any.
/// \param few_valued  of each feature: has so few distinct values that one of them can speak for
/// many
[[nodiscard]] std::string words_for(const ClusterProfile& cluster,
                                    const std::vector<FeatureProfile>& everyone,
                                    const std::vector<Feature>& features,
                                    const std::vector<bool>& few_valued);

}  // namespace cohort
