#pragma once
/// Any column as codes into its distinct values' texts.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cohort/table.hpp"

namespace cohort {

struct CodedCells {
  std::vector<std::string> levels;  ///< distinct texts: numbers by size, false before true, texts
                                    ///< by their bytes
  LargeVector<std::int32_t> codes;  ///< n: index into levels, -1 where missing
};

/// Datetimes are coded by their seconds.
[[nodiscard]] CodedCells coded_cells(const Column& column);

/// Only the codes.
[[nodiscard]] LargeVector<std::int32_t> column_codes(const Column& column);

/// The cell as a person would write it, "" where missing: numbers in their shortest form, booleans
/// in the file's spelling, datetimes as 2018-10-29 16:05:09.
[[nodiscard]] std::string cell_text(const Column& column, std::int64_t row);

}  // namespace cohort
