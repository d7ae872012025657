#include "host/report/column_summary.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

namespace cohort::report {
namespace {

std::optional<std::pair<double, double>> range_of(std::span<const double> values) {
  std::optional<std::pair<double, double>> range;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    if (!range) range.emplace(value, value);
    range->first = std::min(range->first, value);
    range->second = std::max(range->second, value);
  }
  return range;
}

std::vector<LevelCount> counted_levels(const Column& column) {
  std::vector<LevelCount> levels;
  if (column.type == ColumnType::boolean) {
    levels = {{column.false_text, 0}, {column.true_text, 0}};
    for (const double value : column.values) {
      if (!std::isnan(value)) ++levels[value != 0 ? 1 : 0].count;
    }
  } else {
    for (const std::string& text : column.levels) levels.push_back({text, 0});
    for (const std::int32_t code : column.codes) {
      if (code >= 0) ++levels[static_cast<std::size_t>(code)].count;
    }
  }
  std::erase_if(levels, [](const LevelCount& level) { return level.count == 0; });
  std::stable_sort(levels.begin(), levels.end(),
                   [](const LevelCount& a, const LevelCount& b) { return a.count > b.count; });
  return levels;
}

/// Beyond the calendar's years there is no date to print.
bool has_date(double seconds) {
  return std::abs(seconds) < 9e11;
}

}  // namespace

ColumnSummary summarize(const Column& column) {
  if (column.type == ColumnType::number || column.type == ColumnType::datetime) {
    return {range_of(column.values), {}};
  }
  return {std::nullopt, counted_levels(column)};
}

std::string iso_date(double seconds) {
  if (!has_date(seconds)) return fmt::format("{} s", seconds);
  const std::chrono::sys_seconds time{std::chrono::seconds(std::llround(std::floor(seconds)))};
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string iso_datetime(double seconds, char between) {
  if (!has_date(seconds)) return iso_date(seconds);
  const std::int64_t whole = std::llround(std::floor(seconds));
  const std::int64_t of_day = (whole % 86400 + 86400) % 86400;
  return fmt::format("{}{}{:02}:{:02}:{:02}", iso_date(seconds), between, of_day / 3600,
                     of_day / 60 % 60, of_day % 60);
}

}  // namespace cohort::report
