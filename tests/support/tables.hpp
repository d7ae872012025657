#pragma once
/// Tables made by hand, and the sample survey split the simplest way.

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/sample.hpp"
#include "cohort/table.hpp"

namespace cohort::test {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A column of numbers, booleans or datetimes; NaN is missing.
inline Column numbers(std::string name, const std::vector<double>& values,
                      ColumnType type = ColumnType::number) {
  Column column;
  column.name = std::move(name);
  column.type = type;
  std::vector<double> distinct;
  for (const double x : values) {
    if (x != x) {
      ++column.missing;
    } else {
      distinct.push_back(x);
    }
  }
  std::sort(distinct.begin(), distinct.end());
  column.distinct = std::unique(distinct.begin(), distinct.end()) - distinct.begin();
  column.values.assign(values.begin(), values.end());
  return column;
}

/// A column of texts; `missing` is the text of missing cells.
inline Column texts(std::string name, const std::vector<std::string>& cells,
                    ColumnType type = ColumnType::category, std::string_view missing = "") {
  Column column;
  column.name = std::move(name);
  column.type = type;
  std::map<std::string, std::int32_t> levels;
  for (const std::string& cell : cells) {
    if (cell != missing) levels[cell] = 0;
  }
  for (auto& [level, code] : levels) {
    code = static_cast<std::int32_t>(column.levels.size());
    column.levels.push_back(level);
  }
  for (const std::string& cell : cells) {
    column.codes.push_back(cell == missing ? -1 : levels[cell]);
    if (cell == missing) ++column.missing;
  }
  column.distinct = static_cast<std::int64_t>(column.levels.size());
  return column;
}

inline Table table_of(std::vector<Column> columns) {
  Table table;
  table.source = "survey.csv";
  table.columns = std::move(columns);
  const Column& first = table.columns.front();
  table.rows = static_cast<std::int64_t>(std::max(first.values.size(), first.codes.size()));
  return table;
}

/// Seconds since 1970 of "29/10/2018 16:05:09": days in October and November 2018 only.
inline double sample_seconds(const std::string& cell) {
  int day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0;
  std::sscanf(cell.c_str(), "%d/%d/%d %d:%d:%d", &day, &month, &year, &hour, &minute, &second);
  const int days = (month == 10 ? 17805 : 17836) + day - 1;
  return ((days * 24.0 + hour) * 60 + minute) * 60 + second;
}

/// The embedded survey as its recipe reads it.
inline Table sample_table() {
  std::vector<std::vector<std::string>> cells;
  for (const char c : sample_survey()) {
    if (cells.empty()) cells.push_back({""});
    if (c == '\n') {
      cells.push_back({""});
    } else if (c == '\t') {
      cells.back().emplace_back();
    } else {
      cells.back().back() += c;
    }
  }
  if (cells.back().size() == 1) cells.pop_back();
  std::vector<Column> columns;
  for (std::size_t j = 0; j < cells[0].size(); ++j) {
    std::vector<std::string> of_column;
    for (std::size_t i = 1; i < cells.size(); ++i) of_column.push_back(cells[i][j]);
    const std::string& name = cells[0][j];
    std::vector<double> values;
    if (name == "Timestamp") {
      for (const auto& cell : of_column) values.push_back(sample_seconds(cell));
      columns.push_back(numbers(name, values, ColumnType::datetime));
      columns.back().format = "%d/%m/%Y %H:%M:%S";
    } else if (name.starts_with("Is")) {
      for (const auto& cell : of_column) values.push_back(cell == "True" ? 1 : 0);
      columns.push_back(numbers(name, values, ColumnType::boolean));
      columns.back().true_text = "True";
      columns.back().false_text = "False";
    } else if (name == "WorkAt") {
      columns.push_back(texts(name, of_column, ColumnType::category, "-"));
    } else if (name == "Name" || name == "Email address") {
      columns.push_back(texts(name, of_column, ColumnType::text));
    } else {
      for (const auto& cell : of_column) values.push_back(std::stod(cell));
      columns.push_back(numbers(name, values));
    }
  }
  Table table = table_of(std::move(columns));
  table.source = "the embedded sample";
  return table;
}

}  // namespace cohort::test
