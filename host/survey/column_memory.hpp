#pragma once
/// The memory of a table's columns and of what is made of them.

#include <cstdint>

#include "cohort/matrix.hpp"
#include "cohort/table.hpp"

namespace cohort {

/// Gives the column `rows` missing cells and no others.
void take_codes(Column& column, std::int64_t rows);
void take_values(Column& column, std::int64_t rows);

/// A matrix of zeros on large pages.
[[nodiscard]] Matrix<float> large_matrix(std::int64_t rows, std::int64_t cols);

/// Tells the kernel that a large array is to be read and written from end to end.
void prefer_large_pages(void* begin, std::size_t bytes);

}  // namespace cohort
