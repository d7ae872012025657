#pragma once
/// A small survey made by hand, with a column of every type.

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "cohort/table.hpp"

namespace cohort::example {

inline Column measured(std::string name, ColumnType type, const std::vector<double>& values,
                       std::int64_t missing, std::int64_t distinct) {
  Column column;
  column.name = std::move(name);
  column.type = type;
  column.values.assign(values.begin(), values.end());
  column.missing = missing;
  column.distinct = distinct;
  return column;
}

inline Column coded(std::string name, ColumnType type, std::vector<std::string> levels,
                    const std::vector<std::int32_t>& codes, std::int64_t missing) {
  Column column;
  column.name = std::move(name);
  column.type = type;
  column.distinct = static_cast<std::int64_t>(levels.size());
  column.levels = std::move(levels);
  column.codes.assign(codes.begin(), codes.end());
  column.missing = missing;
  return column;
}

inline Table table() {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  Table table;
  table.source = "answers.csv";
  table.rows = 6;
  Column answered =
      measured("Timestamp", ColumnType::datetime,
               {1540829109, 1540829476, 1540833525, 1540833684, 1541542480, -1}, 0, 6);
  answered.format = "%d/%m/%Y %H:%M:%S";
  Column developer = measured("IsDeveloper", ColumnType::boolean, {1, 1, 0, 1, none, 1}, 1, 2);
  developer.true_text = "True";
  developer.false_text = "False";
  table.columns = {
      answered,
      coded("Email address", ColumnType::text,
            {"ana@example.org", "bo@example.org", "cy@example.org", "di@example.org",
             "ed@example.org", "flo@example.org"},
            {0, 1, 2, 3, 4, 5}, 0),
      measured("Effort", ColumnType::number, {16, 32, 16, 4, 4, 1234567.25}, 0, 4),
      developer,
      coded("WorkAt", ColumnType::category, {"Company", "University"}, {0, 1, 1, 1, -1, -1}, 2),
      measured("Unanswered", ColumnType::number, {none, none, none, none, none, none}, 6, 0),
      coded("Which of these statements about your work comes closest to how you feel today?",
            ColumnType::category, {"agree", "disagree"}, {0, 1, 1, 1, 0, 1}, 0)};
  table.notices = {{Notice::Level::warning, "missing", "Unanswered: every cell is missing."}};
  return table;
}

}  // namespace cohort::example
