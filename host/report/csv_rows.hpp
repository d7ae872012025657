#pragma once
/// Files with a line for every row.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cohort/ordered_pieces.hpp"
#include "cohort/parallel.hpp"
#include "cohort/report.hpp"

#include "host/report/csv_text.hpp"

namespace cohort::report {

/// Hands on the lines of rows [0, rows) in order; several threads make them, some thousands at a
/// time, while one hands on. \param lines  lines(csv, first, last) adds those of the rows [first,
/// last)
template <class Lines>
void write_rows(std::int64_t rows, ThreadPool& pool, const TextSink& sink, const Lines& lines) {
  constexpr std::int64_t kRowsOfAPiece = 8192;
  constexpr std::int64_t kPiecesAtOnce = 64;
  constexpr std::int64_t kRowsAtOnce = kPiecesAtOnce * kRowsOfAPiece;
  std::vector<CsvText> texts(kPiecesAtOnce);
  for (std::int64_t first = 0; first < rows; first += kRowsAtOnce) {
    const std::int64_t last = std::min(rows, first + kRowsAtOnce);
    const std::int64_t pieces = (last - first + kRowsOfAPiece - 1) / kRowsOfAPiece;
    OrderedPieces ordered(pieces, sink);
    pool.run(pieces, [&](std::int64_t piece, int) {
      const std::int64_t from = first + piece * kRowsOfAPiece;
      CsvText& csv = texts[static_cast<std::size_t>(piece)];
      csv.clear();
      lines(csv, from, std::min(last, from + kRowsOfAPiece));
      ordered.add(piece, csv.text());
    });
  }
}

}  // namespace cohort::report
