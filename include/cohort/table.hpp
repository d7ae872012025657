#pragma once
/// A survey as typed columns: what reading makes of a file, before anything is engineered from it.

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/large_memory.hpp"
#include "cohort/notice.hpp"

namespace cohort {

enum class ColumnType { number, boolean, category, datetime, text };

[[nodiscard]] std::string_view name_of(ColumnType type);

/// One column of n cells. By its type one of these is filled:
///
///   number     values   the number
///   boolean    values   0 or 1
///   datetime   values   seconds since 1970-01-01 00:00:00 on the clock the survey used (zones are
///                       not applied)
///   category   codes    index into `levels`
///   text       codes    index into `levels`
///
/// A missing cell is NaN in `values`, -1 in `codes`. Texts have no blanks around them.
struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  LargeVector<double> values = {};
  LargeVector<std::int32_t> codes = {};
  std::vector<std::string> levels = {};  ///< distinct texts, sorted by bytes (UTF-8)
  bool kept = true;  ///< false: nobody wanted the column (ReadOptions::wanted); of its cells only
                     ///< `missing` is known
  std::int64_t missing = 0;   ///< cells missing
  std::int64_t distinct = 0;  ///< distinct values among the others
  std::string format = {};    ///< of a datetime: the format its cells were read with, in strptime's
                              ///< letters or "ISO8601"; can be given as a hint
  std::string true_text =
      {};  ///< of a boolean: the spelling read as 1 ("True", "yes"), for the report
  std::string false_text = {};  ///< and as 0

  [[nodiscard]] bool is_coded() const {
    return type == ColumnType::category || type == ColumnType::text;
  }
  [[nodiscard]] bool is_missing(std::int64_t row) const {
    const auto i = static_cast<std::size_t>(row);
    return is_coded() ? codes[i] < 0 : values[i] != values[i];
  }
};

struct Table {
  std::string source;  ///< the path as given, "-" or "the embedded sample"
  std::int64_t rows = 0;
  std::vector<Column> columns;
  /// 1-based line of the file on which row i begins; empty where rows are lines, first_line + i.
  std::vector<std::int64_t> lines;
  std::int64_t first_line = 2;
  Notices notices;

  [[nodiscard]] std::int64_t line_of(std::int64_t row) const {
    return lines.empty() ? first_line + row : lines[static_cast<std::size_t>(row)];
  }
  /// nullptr where there is none of that name.
  [[nodiscard]] const Column* find(std::string_view name) const {
    for (const Column& column : columns) {
      if (column.name == name) return &column;
    }
    return nullptr;
  }
};

}  // namespace cohort
