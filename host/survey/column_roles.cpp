#include "host/survey/column_roles.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/wording.hpp"

#include "host/survey/elapsed.hpp"
#include "host/survey/lists.hpp"
#include "host/survey/recipe_names.hpp"

namespace cohort {
namespace {

// Fewer rows may count upwards by chance.
constexpr std::int64_t kFewestNumberedRows = 10;

bool is_declared_out(const Recipe& recipe, const std::string& name) {
  const Recipe::Features& features = recipe.features;
  return name == features.weight || contains(features.id, name) || is_kept_out(recipe, name);
}

bool counts_rows(const Column& column) {
  const std::span<const double> x = column.values;
  if (column.type != ColumnType::number || column.missing > 0 || x.size() < kFewestNumberedRows) {
    return false;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] != x[0] + static_cast<double>(i)) return false;
  }
  return x[0] == std::floor(x[0]);
}

// A missing category is a value of its own; a datetime is told to the hour.
bool is_constant(const Column& column) {
  if (column.type == ColumnType::category) return column.distinct <= 1 && column.missing == 0;
  if (column.type != ColumnType::datetime) return column.distinct <= 1;
  return is_within_an_hour(column.values);
}

bool is_named(const Recipe& recipe, const std::string& name) {
  return section_of(recipe, name) != nullptr || contains(recipe.features.keep, name);
}

bool is_encoded(const Column& column, const ColumnRecipe* section) {
  return column.type != ColumnType::text || encoding_of(column, section) != Encoding::automatic;
}

Role role_of(const Table& table, const Column& column, const Recipe& recipe) {
  if (is_declared_out(recipe, column.name)) return Role::declared;
  const ColumnRecipe* section = section_of(recipe, column.name);
  const bool named = is_named(recipe, column.name);
  if (column.missing == table.rows) {
    if (!named) return Role::empty;
    throw DataError(fmt::format(
        "{}: column '{}' has no value in any row; take it out of the recipe, or check its missing "
        "tokens and type",
        table.source, column.name));
  }
  if (!is_encoded(column, section)) {
    if (contains(recipe.features.keep, column.name)) {
      throw UsageError(fmt::format(
          "{}'{}' is free text, {} texts; say how it becomes a feature with encoding = \"codes\", "
          "\"one-hot\" or \"multi\" in its [columns] section",
          place_of(recipe, column.name), column.name, thousands(column.distinct)));
    }
    if (column.distinct <= 1) return Role::constant;
    const std::int64_t answered = table.rows - column.missing;
    return 10 * column.distinct > 9 * answered ? Role::identifier : Role::free_text;
  }
  if (named) return Role::feature;
  if (is_constant(column)) return Role::constant;
  return counts_rows(column) ? Role::row_number : Role::feature;
}

struct Reason {
  Role role;
  std::string_view singular, plural;
};

constexpr std::array<Reason, 5> kReasons{
    {{Role::identifier, "column of identifiers (nearly every text differs)",
      "columns of identifiers (nearly every text differs)"},
     {Role::row_number, "column that numbers the rows", "columns that number the rows"},
     {Role::free_text, "column of free text", "columns of free text"},
     {Role::constant, "constant column", "constant columns"},
     {Role::empty, "column without any value", "columns without any value"}}};

template <class Wanted>
std::vector<std::string> names_where(const Table& table, const Wanted& wanted) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (wanted(i)) names.push_back(table.columns[i].name);
  }
  return names;
}

}  // namespace

Encoding encoding_of(const Column& column, const ColumnRecipe* section) {
  if (section != nullptr && section->encoding != Encoding::automatic) return section->encoding;
  const bool has_levels = section != nullptr && !section->levels.empty();
  return column.type == ColumnType::category || has_levels ? Encoding::codes : Encoding::automatic;
}

std::vector<Role> column_roles(const Table& table, const Recipe& recipe) {
  std::vector<Role> roles;
  for (const Column& column : table.columns) roles.push_back(role_of(table, column, recipe));
  return roles;
}

Notices role_notices(const Table& table, const Recipe& recipe, const std::vector<Role>& roles) {
  Notices notices;
  const auto tell = [&notices](const std::string& topic, const std::string& text) {
    notices.push_back({Notice::Level::decision, topic, text});
  };
  for (const Reason& reason : kReasons) {
    const auto names = names_where(table, [&](std::size_t i) { return roles[i] == reason.role; });
    if (names.empty()) continue;
    tell("left-out",
         fmt::format("left out {} {}: {}", thousands(static_cast<std::int64_t>(names.size())),
                     names.size() == 1 ? reason.singular : reason.plural, listed(names)));
  }
  const auto untold = [&](ColumnType type) {
    return names_where(table, [&](std::size_t i) {
      const Column& column = table.columns[i];
      return roles[i] == Role::feature && column.type == type &&
             section_of(recipe, column.name) == nullptr;
    });
  };
  if (const auto names = untold(ColumnType::boolean); !names.empty()) {
    tell("encoding", fmt::format("yes/no answers became 1 and 0: {}", listed(names)));
  }
  if (const auto names = untold(ColumnType::datetime); !names.empty()) {
    tell("encoding", fmt::format("dates became whole hours since the earliest: {}", listed(names)));
  }
  if (const auto names = untold(ColumnType::category); !names.empty()) {
    tell("encoding",
         fmt::format("texts became codes 1, 2, ... in the order of the alphabet, whose distances "
                     "mean little (a recipe can say \"one-hot\" or \"ordinal\"): {}",
                     listed(names)));
  }
  const auto constant = names_where(table, [&](std::size_t i) {
    return roles[i] == Role::feature && is_constant(table.columns[i]);
  });
  if (!constant.empty()) {
    notices.push_back({Notice::Level::warning, "constant",
                       fmt::format("kept because the recipe names it, but constant and without "
                                   "effect: {}",
                                   listed(constant))});
  }
  return notices;
}

}  // namespace cohort
