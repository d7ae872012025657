#include "host/survey/second_pass.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"

#include "host/survey/chunks.hpp"
#include "host/survey/dictionary.hpp"
#include "host/survey/excerpt.hpp"
#include "host/survey/numbers.hpp"
#include "host/survey/sentinels.hpp"

namespace cohort {

namespace {

using Dictionaries = std::vector<Dictionary>;  // one for each column, of one chunk

void take_memory(const FirstPass& first, const std::vector<ColumnPlan>& plans, Table& table) {
  double bytes_a_row = 0;
  for (const ColumnPlan& plan : plans) {
    bytes_a_row +=
        plan.coded_type_open || plan.type == ColumnType::text || plan.type == ColumnType::category
            ? sizeof(std::int32_t)
            : sizeof(double);
  }
  constexpr double kSetOfDistinct = 4 * sizeof(double);
  require_memory(static_cast<double>(first.rows) * (bytes_a_row + kSetOfDistinct),
                 fmt::format("a table of {} rows and {} columns", first.rows, plans.size()),
                 "leave out rows or columns");
  const auto rows = static_cast<std::size_t>(first.rows);
  for (std::size_t j = 0; j < plans.size(); ++j) {
    Column& column = table.columns[j];
    column.type = plans[j].type;
    if (column.is_coded()) {
      column.codes.assign(rows, -1);
    } else {
      column.values.assign(rows, std::numeric_limits<double>::quiet_NaN());
    }
  }
  if (first.last_line - first.first_line + 1 != first.rows) table.lines.resize(rows);
}

// Reads single cells as their column's type, or says why not.
class CellReader {
 public:
  CellReader(const RowContext& context, const std::vector<ColumnPlan>& plans)
      : context_(context), plans_(plans) {}

  [[nodiscard]] double number(std::string_view text, std::size_t column, std::int64_t line) const {
    double value = 0;
    const NumberFault fault = parse_number(text, context_.dialect.decimal, value);
    if (fault != NumberFault::none) fail_number(fault, text, column, line);
    return value;
  }

  [[nodiscard]] double boolean(std::string_view text, std::size_t column, std::int64_t line) const {
    const auto word = boolean_word(text);
    if (!word || word->pair != plans_[column].pair) {
      fail(text, column, line, "in",
           "expected one pair of words throughout: true/false, yes/no, t/f, y/n or 1/0");
    }
    return word->value ? 1 : 0;
  }

  [[nodiscard]] double datetime(std::string_view text, std::size_t column,
                                std::int64_t line) const {
    const DateTimeFormat& format = *plans_[column].format;
    const auto seconds = format.parse(text);
    if (!seconds) {
      fail(text, column, line, "in",
           fmt::format("expected the format {}; correct the cell or the format, or declare the "
                       "text missing",
                       format.text()));
    }
    return *seconds;
  }

 private:
  [[noreturn]] void fail_number(NumberFault fault, std::string_view text, std::size_t column,
                                std::int64_t line) const {
    switch (fault) {
      case NumberFault::not_finite:
        fail(text, column, line, "is not finite, in",
             "correct the cell, or declare the text missing");
      case NumberFault::beyond_float:
        fail(text, column, line, "is beyond 3.4e38, in",
             "correct the cell, or declare the text missing");
      default:
        fail(text, column, line, "in",
             "correct the cell, declare the text missing, or read the column as a category");
    }
  }

  // "survey.csv:17:4: 'abc' in number column 'Effort'; ..."
  [[noreturn]] void fail(std::string_view text, std::size_t column, std::int64_t line,
                         std::string_view what, const std::string& advice) const {
    throw DataError(fmt::format("{}: {} {} {} column '{}'; {}",
                                place(context_.source, line, static_cast<std::int64_t>(column) + 1),
                                excerpt(text), what, name_of(plans_[column].type),
                                context_.dialect.names[column], advice));
  }

  const RowContext& context_;
  const std::vector<ColumnPlan>& plans_;
};

void fill_chunk(const RowContext& context, const std::vector<ColumnPlan>& plans,
                const ChunkRows& part, Table& table, Dictionaries& dictionaries) {
  const CellReader read(context, plans);
  Rows rows(context, part.chunk);
  for (auto row = static_cast<std::size_t>(part.first_row); rows.next(); ++row) {
    const std::int64_t line = rows.line();
    if (!table.lines.empty()) table.lines[row] = line;
    rows.for_each_present([&](std::size_t j, std::string_view text, bool lasting) {
      Column& column = table.columns[j];
      switch (plans[j].type) {
        case ColumnType::number:
          column.values[row] = read.number(text, j, line);
          break;
        case ColumnType::boolean:
          column.values[row] = read.boolean(text, j, line);
          break;
        case ColumnType::datetime:
          column.values[row] = read.datetime(text, j, line);
          break;
        case ColumnType::category:
        case ColumnType::text:
          column.codes[row] = dictionaries[j].code_of(text, lasting);
          break;
      }
    });
  }
}

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

void second_pass(const RowContext& context, const FirstPass& first,
                 const std::vector<ColumnPlan>& plans, Table& table, ThreadPool& pool,
                 const ChunkListener& done) {
  take_memory(first, plans, table);
  const auto chunks = static_cast<std::int64_t>(first.chunks.size());
  std::vector<Dictionaries> dictionaries(first.chunks.size());
  run_in_order(pool, chunks, [&](std::int64_t i, int worker) {
    const auto index = static_cast<std::size_t>(i);
    dictionaries[index].resize(plans.size());
    fill_chunk(context, plans, first.chunks[index], table, dictionaries[index]);
    done(first.chunks[index].chunk, worker);
  });
  std::vector<Notices> notices(plans.size());
  run_in_order(pool, static_cast<std::int64_t>(plans.size()), [&](std::int64_t column, int) {
    const auto j = static_cast<std::size_t>(column);
    if (table.columns[j].is_coded()) {
      merge_levels(first.chunks, dictionaries, j, table.columns[j]);
    }
    finish_column(first.columns[j], plans[j], first.rows, table.columns[j], notices[j]);
  });
  for (const Notices& of_column : notices) {
    table.notices.insert(table.notices.end(), of_column.begin(), of_column.end());
  }
}

}  // namespace cohort
