#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cohort/report.hpp"
#include "cohort/wording.hpp"

#include "host/report/column_summary.hpp"
#include "host/report/sections.hpp"
#include "host/report/text.hpp"

namespace cohort {
namespace report {
namespace {

struct Line {
  std::string name, type, missing, distinct;
};

struct Widths {
  int name = 6, type = 4, missing = 7, distinct = 8;
  [[nodiscard]] int before_range() const {
    return 2 + name + 2 + type + 2 + missing + 2 + distinct + 2;
  }
};

std::string datetime_range(double first, double last, int width) {
  const std::string full = iso_datetime(first, ' ') + " .. " + iso_datetime(last, ' ');
  return display_width(full) <= width ? full : iso_date(first) + " .. " + iso_date(last);
}

std::string levels_range(const std::vector<LevelCount>& levels, int width) {
  std::string text;
  if (levels.size() > 1 && levels.front().count == 1) {
    text = "all different: ";
    for (const LevelCount& level : levels) {
      if (display_width(text) > width) break;
      text += printable(level.text) + ", ";
    }
  } else {
    for (const LevelCount& level : levels) {
      if (display_width(text) > width) break;
      text += fmt::format("{} {}, ", printable(level.text), thousands(level.count));
    }
  }
  text.resize(text.size() - 2);
  return text;
}

std::string range_text(const Column& column, int width) {
  const ColumnSummary summary = summarize(column);
  if (!summary.range && summary.levels.empty()) return "nothing but missing cells";
  if (column.type == ColumnType::datetime) {
    return datetime_range(summary.range->first, summary.range->second, width);
  }
  if (column.type == ColumnType::number) {
    return fmt::format("{} .. {}", short_number(summary.range->first, 6),
                       short_number(summary.range->second, 6));
  }
  return levels_range(summary.levels, width);
}

void write_columns(Page& page, const Table& table) {
  constexpr int narrowest_range = 26, narrowest_name = 12;
  std::vector<Line> lines;
  Widths widths;
  for (const Column& column : table.columns) {
    lines.push_back({printable(column.name), std::string(name_of(column.type)),
                     column.missing > 0 ? thousands(column.missing) : "–",
                     thousands(column.distinct)});
    widths.name = std::max(widths.name, display_width(lines.back().name));
    widths.type = std::max(widths.type, display_width(lines.back().type));
    widths.missing = std::max(widths.missing, display_width(lines.back().missing));
    widths.distinct = std::max(widths.distinct, display_width(lines.back().distinct));
  }
  const int surplus = widths.before_range() + narrowest_range - page.width();
  widths.name = std::max(std::min(widths.name, narrowest_name), widths.name - std::max(surplus, 0));
  const int range_width = std::max(page.width() - widths.before_range(), 2);

  const auto row = [&](const Line& line, std::string_view range) {
    return fmt::format("  {}  {}  {}  {}  {}",
                       padded(truncated(line.name, widths.name), widths.name),
                       padded(line.type, widths.type), padded_left(line.missing, widths.missing),
                       padded_left(line.distinct, widths.distinct), truncated(range, range_width));
  };
  page.line("");
  page.line(page.painted(Tone::dim, row({"column", "type", "missing", "distinct"}, "range")));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    page.line(row(lines[i], range_text(table.columns[i], range_width)));
  }
}

}  // namespace
}  // namespace report

std::string describe_report(const Table& table, const TerminalStyle& style) {
  using namespace report;
  Page page(style);
  page.paragraph("",
                 fmt::format("{}: {}, {}", printable(table.source), counted(table.rows, "row"),
                             counted(static_cast<std::int64_t>(table.columns.size()), "column")),
                 Tone::strong);
  write_columns(page, table);
  write_notices(page, table.notices);
  return page.take();
}

}  // namespace cohort
