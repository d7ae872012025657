#pragma once
/// The first pass over a table: every cell is looked at, none is kept.

#include <functional>
#include <vector>

#include "host/survey/rows.hpp"
#include "host/survey/types.hpp"

namespace cohort {

struct ChunkRows {
  Chunk chunk;
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
};

struct FirstPass {
  std::vector<ColumnSketch> columns;
  std::vector<ChunkRows> chunks;
  std::int64_t rows = 0;
  std::int64_t first_line = 0;  ///< of the first and of the last row
  std::int64_t last_line = 0;
  std::int64_t blank_lines = 0;
  RaggedRows ragged;
};

/// Called with a chunk that was read and the worker that read it.
using ChunkListener = std::function<void(const Chunk& chunk, int worker)>;

[[nodiscard]] FirstPass first_pass(const RowContext& context, const std::vector<Chunk>& chunks,
                                   ThreadPool& pool, const ChunkListener& done);

}  // namespace cohort
