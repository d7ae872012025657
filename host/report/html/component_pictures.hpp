#pragma once
/// What the principal components are made of.

#include <string>
#include <vector>

#include "cohort/features.hpp"
#include "cohort/pca.hpp"

#include "host/report/svg/drawing.hpp"

namespace cohort::report {

/// Arrows of the features on the first two components, within the unit circle.
[[nodiscard]] Drawing loadings_circle(const PcaResult& pca, const std::vector<Feature>& features);

/// A bar for each component there is, those kept in full colour.
[[nodiscard]] Drawing scree_plot(const PcaResult& pca);

/// Folded away: every feature on the first components. Markup.
[[nodiscard]] std::string loadings_table(const PcaResult& pca,
                                         const std::vector<Feature>& features);

}  // namespace cohort::report
