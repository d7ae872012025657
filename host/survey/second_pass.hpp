#pragma once
/// The second pass over a table, for what the first guessed wrong.

#include <vector>

#include "host/survey/first_pass.hpp"

namespace cohort {

/// Fills the columns that are not planned as they were guessed, and table.lines where rows turned
/// out not to be lines.
/// \throws DataError naming line and column for the first cell that does not fit its column's type
void second_pass(const RowContext& context, const std::vector<ColumnGuess>& guesses,
                 const std::vector<ColumnPlan>& plans, FirstPass& first, Table& table,
                 ThreadPool& pool, const ChunkListener& done);

}  // namespace cohort
