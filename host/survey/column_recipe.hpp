#pragma once
/// [columns.NAME] of a recipe.

#include <optional>
#include <string>

#include "cohort/recipe.hpp"

#include "host/survey/toml_section.hpp"

namespace cohort {

/// Reads the section of one column and refuses what contradicts itself.
[[nodiscard]] ColumnRecipe read_column_recipe(TomlSection& section, const std::string& name);

/// The key `missing` of a section.
[[nodiscard]] std::optional<MissingPolicy> read_missing_policy(TomlSection& section);

}  // namespace cohort
