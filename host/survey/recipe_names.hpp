#pragma once
/// The names a recipe uses, held against the table it is used on.

#include <string>
#include <string_view>
#include <vector>

#include "cohort/features.hpp"
#include "cohort/recipe.hpp"
#include "cohort/table.hpp"

namespace cohort {

[[nodiscard]] std::vector<std::string> column_names(const Table& table);
[[nodiscard]] bool contains(const std::vector<std::string>& names, std::string_view name);

/// The section of a column; nullptr where the recipe has none.
[[nodiscard]] const ColumnRecipe* section_of(const Recipe& recipe, std::string_view column);

/// Whether a list of the recipe says that the column, or what is derived, is no feature.
[[nodiscard]] bool is_kept_out(const Recipe& recipe, std::string_view name);

/// "recipe.toml:12:9: " where a list of the recipe names `name`; nothing where only the caller did.
[[nodiscard]] std::string place_of(const Recipe& recipe, std::string_view name);

/// \throws UsageError for a name in [read], [columns], [[derive]] or [features] that the table does
/// not have, and for a column that was read with another type than its section gives
void require_names(const Table& table, const Recipe& recipe);

/// \throws UsageError for a name in [correlation] drop that is not a feature
void require_correlation_names(const FeatureMatrix& features, const Recipe& recipe);

}  // namespace cohort
