#pragma once
/// Which columns become features, and why the others do not.

#include <vector>

#include "cohort/notice.hpp"
#include "cohort/recipe.hpp"
#include "cohort/table.hpp"

namespace cohort {

enum class Role {
  feature,
  declared,    ///< the recipe keeps it out: dropped, not among those to keep, weight or id
  identifier,  ///< text that nearly every respondent answers differently
  row_number,  ///< numbers that count the rows
  free_text,
  constant,
  empty
};

/// One role for each column. \throws DataError for a column that the recipe names and that has no
/// value, UsageError for one it keeps and does not encode
[[nodiscard]] std::vector<Role> column_roles(const Table& table, const Recipe& recipe);

/// What the roles leave out without being told to, and what becomes of the types.
[[nodiscard]] Notices role_notices(const Table& table, const Recipe& recipe,
                                   const std::vector<Role>& roles);

/// The encoding that a column ends up with; automatic for numbers, booleans and datetimes.
[[nodiscard]] Encoding encoding_of(const Column& column, const ColumnRecipe* section);

}  // namespace cohort
