#pragma once
/// The first pass over a table: every cell is looked at, so that its column's type is known, and
/// kept as a value of the type it is likely to be.

#include <functional>
#include <vector>

#include "cohort/table.hpp"

#include "host/survey/dictionary.hpp"
#include "host/survey/guess.hpp"
#include "host/survey/rows.hpp"
#include "host/survey/types.hpp"

namespace cohort {

struct ChunkRows {
  Chunk chunk;
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
};

using Dictionaries = std::vector<Dictionary>;  ///< one for each column, of one chunk

struct FirstPass {
  std::vector<ColumnSketch> columns;
  std::vector<char> misfits;  ///< columns with a cell of another type than guessed
  std::vector<ChunkRows> chunks;
  std::vector<Dictionaries> dictionaries;  ///< of each chunk, for the codes in it
  std::int64_t rows = 0;
  std::int64_t first_line = 0;  ///< of the first and of the last row
  std::int64_t last_line = 0;
  std::int64_t blank_lines = 0;
  RaggedRows ragged;

  [[nodiscard]] bool rows_are_lines() const { return last_line - first_line + 1 == rows; }
};

/// Called with a chunk that was read and the worker that read it.
using ChunkListener = std::function<void(const Chunk& chunk, int worker)>;

/// \param table  its columns are taken for all records that the chunks may hold, filled as guessed
/// and cut to the rows found; its lines, too, where rows are not lines
/// \throws MemoryError before the columns are taken, where they are too large
[[nodiscard]] FirstPass first_pass(const RowContext& context,
                                   const std::vector<ColumnGuess>& guesses,
                                   const std::vector<Chunk>& chunks, Table& table, ThreadPool& pool,
                                   const ChunkListener& done);

}  // namespace cohort
