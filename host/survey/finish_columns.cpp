#include "host/survey/finish_columns.hpp"

#include <span>
#include <utility>

#include "host/survey/chunks.hpp"
#include "host/survey/distinct_values.hpp"
#include "host/survey/merge_levels.hpp"
#include "host/survey/sentinels.hpp"

namespace cohort {

namespace {

// Codes by chunk become codes by column.
void settle_codes(FirstPass& first, std::size_t j, Column& column, ThreadPool& pool) {
  std::vector<const Dictionary*> dictionaries;
  for (const Dictionaries& of_chunk : first.dictionaries) dictionaries.push_back(&of_chunk[j]);
  MergedLevels merged = merge_levels(dictionaries, pool);
  column.levels = std::move(merged.levels);
  pool.run(static_cast<std::int64_t>(first.chunks.size()), [&](std::int64_t chunk, int) {
    const auto i = static_cast<std::size_t>(chunk);
    const std::vector<std::int32_t>& position = merged.position[i];
    const std::span codes = std::span(column.codes)
                                .subspan(static_cast<std::size_t>(first.chunks[i].first_row),
                                         static_cast<std::size_t>(first.chunks[i].rows));
    for (std::int32_t& code : codes) {
      if (code >= 0) code = position[static_cast<std::size_t>(code)];
    }
    first.dictionaries[i][j] = {};
  });
}

// Few texts are merged a column at a time for each thread, many by all threads.
bool has_many_texts(const FirstPass& first, std::size_t j) {
  constexpr std::size_t kMany = 1 << 16;
  std::size_t texts = 0;
  for (const Dictionaries& of_chunk : first.dictionaries) texts += of_chunk[j].texts().size();
  return texts > kMany;
}

void finish_column(const ColumnSketch& sketch, const ColumnPlan& plan, std::int64_t rows,
                   bool count_all, Column& column, Notices& notices) {
  column.missing = rows - sketch.present;
  if (!column.kept) return;
  if (column.is_coded()) {
    column.distinct = static_cast<std::int64_t>(column.levels.size());
    if (plan.coded_type_open) column.type = type_of_texts(column.distinct, sketch.present);
    return;
  }
  column.distinct = count_all ? count_distinct(column.values) : count_to_two(column.values);
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

void finish_columns(FirstPass& first, const std::vector<ColumnPlan>& plans,
                    const ReadOptions& options, Table& table, ThreadPool& pool) {
  std::vector<std::size_t> with_many_texts;
  std::vector<std::size_t> others;
  for (std::size_t j = 0; j < plans.size(); ++j) {
    (has_many_texts(first, j) ? with_many_texts : others).push_back(j);
  }
  std::vector<Notices> notices(plans.size());
  const auto finish = [&](std::size_t j, ThreadPool& threads) {
    Column& column = table.columns[j];
    if (column.kept && column.is_coded()) settle_codes(first, j, column, threads);
    finish_column(first.columns[j], plans[j], first.rows, options.count_distinct, column,
                  notices[j]);
  };
  for (const std::size_t j : with_many_texts) finish(j, pool);
  run_in_order(pool, static_cast<std::int64_t>(others.size()), [&](std::int64_t i, int) {
    ThreadPool alone(1);
    finish(others[static_cast<std::size_t>(i)], alone);
  });
  for (const Notices& of_column : notices) {
    table.notices.insert(table.notices.end(), of_column.begin(), of_column.end());
  }
}

}  // namespace cohort
