#pragma once
/// Files with a line for every row.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "cohort/parallel.hpp"
#include "cohort/report.hpp"

#include "host/report/csv_text.hpp"

namespace cohort::report {

/// Hands on the lines of rows [0, rows) in order; several threads make them, some thousands at a
/// time. \param lines  lines(csv, first, last) adds those of the rows [first, last)
template <class Lines>
void write_rows(std::int64_t rows, ThreadPool& pool, const TextSink& sink, const Lines& lines) {
  constexpr std::int64_t kRowsOfAPiece = 8192;
  const std::int64_t rows_at_once = 4 * pool.threads() * kRowsOfAPiece;
  for (std::int64_t first = 0; first < rows; first += rows_at_once) {
    const std::int64_t last = std::min(rows, first + rows_at_once);
    std::vector<std::string> pieces(
        static_cast<std::size_t>((last - first + kRowsOfAPiece - 1) / kRowsOfAPiece));
    pool.run(std::ssize(pieces), [&](std::int64_t piece, int) {
      const std::int64_t from = first + piece * kRowsOfAPiece;
      CsvText csv;
      lines(csv, from, std::min(last, from + kRowsOfAPiece));
      pieces[static_cast<std::size_t>(piece)] = csv.take();
    });
    for (const std::string& piece : pieces) sink(piece);
  }
}

}  // namespace cohort::report
