#include "host/survey/finish_columns.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "host/survey/chunks.hpp"
#include "host/survey/distinct_values.hpp"
#include "host/survey/sentinels.hpp"

namespace cohort {

namespace {

// Codes by chunk become codes by column: levels sorted by bytes.
void merge_levels(const std::vector<ChunkRows>& parts, const std::vector<Dictionaries>& chunks,
                  std::size_t j, Column& column) {
  struct Entry {
    std::string_view text;
    std::size_t chunk;
    std::size_t code;
  };
  std::vector<Entry> entries;
  std::vector<std::vector<std::int32_t>> renamed(chunks.size());
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const auto texts = chunks[i][j].texts();
    renamed[i].resize(texts.size());
    for (std::size_t code = 0; code < texts.size(); ++code)
      entries.push_back({texts[code], i, code});
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.text < b.text; });
  for (const Entry& entry : entries) {
    if (column.levels.empty() || column.levels.back() != entry.text) {
      column.levels.emplace_back(entry.text);
    }
    renamed[entry.chunk][entry.code] = static_cast<std::int32_t>(column.levels.size() - 1);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto from = static_cast<std::size_t>(parts[i].first_row);
    const auto to = from + static_cast<std::size_t>(parts[i].rows);
    for (std::size_t row = from; row < to; ++row) {
      std::int32_t& code = column.codes[row];
      if (code >= 0) code = renamed[i][static_cast<std::size_t>(code)];
    }
  }
}

void finish_column(const ColumnSketch& sketch, const ColumnPlan& plan, std::int64_t rows,
                   Column& column, Notices& notices) {
  column.missing = rows - sketch.present;
  if (column.is_coded()) {
    column.distinct = static_cast<std::int64_t>(column.levels.size());
    if (plan.coded_type_open) column.type = type_of_texts(column.distinct, sketch.present);
    return;
  }
  column.distinct = count_distinct(column.values);
  if (column.type == ColumnType::datetime) column.format = plan.format->text();
  if (column.type == ColumnType::boolean) {
    column.false_text = sketch.spelling[0];
    column.true_text = sketch.spelling[1];
  }
  if (column.type == ColumnType::number) {
    if (auto suspicion = suspected_codes(column.name, column.values)) {
      notices.push_back({Notice::Level::warning, "sentinel", std::move(*suspicion)});
    }
  }
}

}  // namespace

void finish_columns(const FirstPass& first, const std::vector<ColumnPlan>& plans, Table& table,
                    ThreadPool& pool) {
  std::vector<Notices> notices(plans.size());
  run_in_order(pool, static_cast<std::int64_t>(plans.size()), [&](std::int64_t column, int) {
    const auto j = static_cast<std::size_t>(column);
    if (table.columns[j].is_coded()) {
      merge_levels(first.chunks, first.dictionaries, j, table.columns[j]);
    }
    finish_column(first.columns[j], plans[j], first.rows, table.columns[j], notices[j]);
  });
  for (const Notices& of_column : notices) {
    table.notices.insert(table.notices.end(), of_column.begin(), of_column.end());
  }
}

}  // namespace cohort
