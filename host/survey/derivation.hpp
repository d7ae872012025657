#pragma once
/// What a derivation did to its numbers, for a picture.

#include <span>

#include "cohort/features.hpp"
#include "cohort/parallel.hpp"
#include "cohort/recipe.hpp"

namespace cohort {

/// All but the mean and the deviation. \param x  what the kernel is taken of; one is not missing
[[nodiscard]] Derivation derivation_from(const DeriveRecipe& step, std::span<const double> x,
                                         ThreadPool& pool);

}  // namespace cohort
