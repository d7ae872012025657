#include "host/survey/recipe_names.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/survey/lists.hpp"

namespace cohort {
namespace {

[[noreturn]] void unknown(const std::string& place, std::string_view what, std::string_view name,
                          const std::vector<std::string>& known) {
  std::string hint = did_you_mean(name, known);
  if (hint.empty()) hint = fmt::format("; there are {}", listed(known, 12));
  throw UsageError(fmt::format("{}no {} '{}'{}", place, what, name, hint));
}

void require_each(const Recipe& recipe, const std::vector<std::string>& names,
                  std::string_view what, const std::vector<std::string>& known) {
  for (const std::string& name : names) {
    if (!contains(known, name)) unknown(place_of(recipe, name), what, name, known);
  }
}

void require_type(const Column& column, const ColumnRecipe& section) {
  if (!section.type || *section.type == column.type) return;
  throw UsageError(
      fmt::format("{}: column '{}' was read as {} and not as {}; read the survey with this recipe",
                  section.where, column.name, name_of(column.type), name_of(*section.type)));
}

}  // namespace

std::vector<std::string> column_names(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const ColumnRecipe* section_of(const Recipe& recipe, std::string_view column) {
  for (const ColumnRecipe& section : recipe.columns) {
    if (section.name == column) return &section;
  }
  return nullptr;
}

bool is_kept_out(const Recipe& recipe, std::string_view name) {
  const Recipe::Features& features = recipe.features;
  return contains(recipe.read.drop, name) || contains(features.drop, name) ||
         (!features.keep.empty() && !contains(features.keep, name));
}

bool uses_column(const Recipe& recipe, std::string_view column) {
  const Recipe::Features& features = recipe.features;
  return !is_kept_out(recipe, column) || column == features.weight ||
         contains(features.id, column) || section_of(recipe, column) != nullptr ||
         std::any_of(recipe.derive.begin(), recipe.derive.end(),
                     [column](const DeriveRecipe& step) { return step.from == column; });
}

std::string place_of(const Recipe& recipe, std::string_view name) {
  const auto& mentions = recipe.mentions;
  const auto last = std::find_if(mentions.rbegin(), mentions.rend(),
                                 [name](const Mention& mention) { return mention.name == name; });
  return last == mentions.rend() ? std::string() : last->where + ": ";
}

void require_names(const Table& table, const Recipe& recipe) {
  std::vector<std::string> known = column_names(table);
  for (const ColumnRecipe& section : recipe.columns) {
    const Column* column = table.find(section.name);
    if (column == nullptr) unknown(section.where + ": ", "column", section.name, known);
    require_type(*column, section);
  }
  require_each(recipe, recipe.read.drop, "column", known);
  require_each(recipe, recipe.features.id, "column", known);
  if (!recipe.features.weight.empty()) {
    require_each(recipe, {recipe.features.weight}, "column", known);
  }
  for (const DeriveRecipe& derive : recipe.derive) {
    if (!contains(known, derive.from)) {
      unknown(derive.where_from + ": ", "column", derive.from, known);
    }
    if (contains(known, derive.name)) {
      throw UsageError(fmt::format("{}: there is a column '{}' already; derive another name",
                                   derive.where, derive.name));
    }
    known.push_back(derive.name);
  }
  require_each(recipe, recipe.features.drop, "column", known);
  require_each(recipe, recipe.features.keep, "column", known);
}

void require_correlation_names(const FeatureMatrix& features, const Recipe& recipe) {
  std::vector<std::string> known;
  for (const Feature& feature : features.features) known.push_back(feature.name);
  require_each(recipe, recipe.correlation.drop, "feature", known);
}

}  // namespace cohort
