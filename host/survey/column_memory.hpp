#pragma once
/// The memory of a table's columns.

#include <cstdint>

#include "cohort/table.hpp"

namespace cohort {

/// Gives the column `rows` missing cells and no others.
void take_codes(Column& column, std::int64_t rows);
void take_values(Column& column, std::int64_t rows);

/// Tells the kernel that a large array is to be read and written from end to end.
void prefer_large_pages(void* begin, std::size_t bytes);

}  // namespace cohort
