#pragma once
/// The second pass over a table: cells become the values and codes of typed columns.

#include <vector>

#include "host/survey/first_pass.hpp"

namespace cohort {

/// Fills table.columns (and table.lines, where rows are not lines) as planned.
/// \throws DataError naming line and column for the first cell that does not fit its column's type
/// \throws MemoryError before the columns are taken, where they are too large
void second_pass(const RowContext& context, const FirstPass& first,
                 const std::vector<ColumnPlan>& plans, Table& table, ThreadPool& pool,
                 const ChunkListener& done);

}  // namespace cohort
