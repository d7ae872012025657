#pragma once
/// The survey weights of the rows kept.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cohort/notice.hpp"
#include "cohort/recipe.hpp"
#include "cohort/table.hpp"

namespace cohort {

/// The column of weights that the recipe names, held to what weights must be: numbers, none
/// negative. nullptr where the recipe names none.
[[nodiscard]] const Column* weight_column(const Table& table, const Recipe& recipe);

/// \throws DataError when all are zero
[[nodiscard]] std::vector<float> row_weights(const Table& table, const Column& column,
                                             std::span<const std::int64_t> rows, Notices& notices);

}  // namespace cohort
