#pragma once
/// What becomes of missing cells.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/features.hpp"
#include "cohort/notice.hpp"
#include "cohort/table.hpp"

#include "host/survey/encode.hpp"

namespace cohort {

/// How many rows have no value.
[[nodiscard]] std::int64_t count_missing(const EncodedColumn& column);

/// Replaces the missing cells of every column whose policy is not drop-row, by statistics over all
/// rows of the table, without weights; `indicator` adds a feature that says where. Reports how
/// many.
void fill_missing(std::vector<EncodedColumn>& columns, ThreadPool& pool, Notices& notices);

/// The rows without a missing cell in any of the columns or in the weights, ascending; none where
/// all are complete. Reports what is dropped and why. \throws DataError when no row is left
/// \param weights  a cell for each row; nullptr where there are none
[[nodiscard]] std::vector<std::int64_t> complete_rows(const Table& table,
                                                      const std::vector<EncodedColumn>& columns,
                                                      const Column* weights, Notices& notices);

/// Reports the missing cells that are a code of their own, and those of columns that are no
/// features.
void report_other_missing(const Table& table, const std::vector<EncodedColumn>& columns,
                          const Column* weights, Notices& notices);

}  // namespace cohort
