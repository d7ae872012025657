#include <algorithm>
#include <cstddef>
#include <string>

#include "cohort/report.hpp"

#include "host/report/column_summary.hpp"
#include "host/report/json.hpp"
#include "version.hpp"

namespace cohort {
namespace report {
namespace {

constexpr std::size_t kListedLevels = 20;

Json column_json(const Column& column) {
  Json json = {{"name", column.name},
               {"type", name_of(column.type)},
               {"missing", column.missing},
               {"distinct", column.distinct}};
  if (!column.format.empty()) json["format"] = column.format;
  const ColumnSummary summary = summarize(column);
  if (summary.range) {
    const auto [lowest, highest] = *summary.range;
    if (column.type == ColumnType::datetime) {
      json["first"] = iso_datetime(lowest, 'T');
      json["last"] = iso_datetime(highest, 'T');
    } else {
      json["minimum"] = lowest;
      json["maximum"] = highest;
    }
  }
  if (!summary.levels.empty()) {
    Json& levels = json["levels"] = Json::array();
    for (std::size_t i = 0; i < std::min(summary.levels.size(), kListedLevels); ++i) {
      levels.push_back({{"text", summary.levels[i].text}, {"count", summary.levels[i].count}});
    }
  }
  return json;
}

}  // namespace
}  // namespace report

std::string describe_json(const Table& table) {
  using report::Json;
  Json json = {{"cohort", kVersion}, {"source", table.source}, {"rows", table.rows}};
  json["columns"] = Json::array();
  for (const Column& column : table.columns) json["columns"].push_back(report::column_json(column));
  json["notices"] = report::notices_json(table.notices);
  return report::pretty(json);
}

}  // namespace cohort
