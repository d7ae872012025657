#pragma once
/// The memory of a table's columns.

#include <cstdint>

#include "cohort/table.hpp"

namespace cohort {

/// Gives the column so many cells, each of them the caller's to fill, and no others.
void take_codes(Column& column, std::int64_t rows);
void take_values(Column& column, std::int64_t rows);

/// Makes row's cell a missing one.
void set_missing(Column& column, std::size_t row);
/// Makes all cells missing ones.
void set_missing(Column& column);

}  // namespace cohort
