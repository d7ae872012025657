#pragma once
/// The text of CSV files.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/parallel.hpp"
#include "cohort/report.hpp"

namespace cohort::report {

/// Comma-separated text as RFC 4180 quotes it, with plain line feeds.
class CsvText {
 public:
  CsvText& cell(std::string_view text) {
    separate();
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
      text_ += text;
      return *this;
    }
    text_ += '"';
    for (const char c : text) {
      if (c == '"') text_ += '"';
      text_ += c;
    }
    text_ += '"';
    return *this;
  }
  CsvText& cell(std::int64_t value) {
    separate();
    const fmt::format_int digits(value);
    text_.append(digits.data(), digits.size());
    return *this;
  }
  /// The shortest text that reads back as the same number; nothing for a NaN.
  CsvText& cell(double value) {
    separate();
    if (!std::isnan(value)) fmt::format_to(std::back_inserter(text_), "{}", value);
    return *this;
  }
  CsvText& no_cell() {
    separate();
    return *this;
  }
  void end_row() {
    text_ += '\n';
    at_row_start_ = true;
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (!at_row_start_) text_ += ',';
    at_row_start_ = false;
  }

  std::string text_;
  bool at_row_start_ = true;
};

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
