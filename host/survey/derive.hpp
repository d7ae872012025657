#pragma once
/// [[derive]]: features computed from columns and from one another.

#include <vector>

#include "cohort/recipe.hpp"
#include "cohort/table.hpp"

#include "host/survey/encode.hpp"

namespace cohort {

/// All derivations, in the order of the recipe, over all rows of the table.
/// \throws UsageError where a step does not fit what it is taken on, DataError where the values do
/// not allow it
[[nodiscard]] std::vector<EncodedColumn> derive(const Table& table, const Recipe& recipe,
                                                ThreadPool& pool);

}  // namespace cohort
