#include "host/survey/levels.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "host/survey/elapsed.hpp"

namespace cohort {
namespace {

std::vector<double> distinct_values(std::span<const double> values) {
  std::vector<double> distinct;
  std::copy_if(values.begin(), values.end(), std::back_inserter(distinct),
               [](double x) { return !std::isnan(x); });
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  return distinct;
}

LargeVector<std::int32_t> codes_of(std::span<const double> values,
                                   std::span<const double> distinct) {
  LargeVector<std::int32_t> codes(values.size());
  std::transform(values.begin(), values.end(), codes.begin(), [distinct](double x) {
    const auto at = std::lower_bound(distinct.begin(), distinct.end(), x);
    return std::isnan(x) ? -1 : static_cast<std::int32_t>(at - distinct.begin());
  });
  return codes;
}

std::string value_text(const Column& column, double value) {
  if (column.type == ColumnType::datetime) return clock_text(value);
  const std::string& spelling = value != 0 ? column.true_text : column.false_text;
  if (column.type == ColumnType::boolean && !spelling.empty()) return spelling;
  return fmt::format("{}", value + 0.0);  // + 0.0: -0 is written 0
}

}  // namespace

CodedCells coded_cells(const Column& column) {
  if (column.is_coded()) return {column.levels, column.codes};
  const std::vector<double> distinct = distinct_values(column.values);
  CodedCells cells{{}, codes_of(column.values, distinct)};
  for (const double value : distinct) cells.levels.push_back(value_text(column, value));
  return cells;
}

LargeVector<std::int32_t> column_codes(const Column& column) {
  if (column.is_coded()) return column.codes;
  return codes_of(column.values, distinct_values(column.values));
}

std::string cell_text(const Column& column, std::int64_t row) {
  if (column.is_missing(row)) return {};
  const auto i = static_cast<std::size_t>(row);
  if (column.is_coded()) return column.levels[static_cast<std::size_t>(column.codes[i])];
  return value_text(column, column.values[i]);
}

}  // namespace cohort
