#include "host/survey/second_pass.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/survey/chunks.hpp"
#include "host/survey/column_memory.hpp"
#include "host/survey/excerpt.hpp"
#include "host/survey/numbers.hpp"

namespace cohort {

namespace {

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

bool is_coded(const ColumnPlan& plan) {
  return plan.type == ColumnType::category || plan.type == ColumnType::text;
}

void fill_chunk(const RowContext& context, const std::vector<ColumnPlan>& plans,
                const std::vector<char>& wanted, const ChunkRows& part, Table& table,
                Dictionaries& dictionaries) {
  const CellReader read(context, plans);
  Rows rows(context, part.chunk);
  for (auto row = static_cast<std::size_t>(part.first_row); rows.next(); ++row) {
    const std::int64_t line = rows.line();
    if (!table.lines.empty()) table.lines[row] = line;
    rows.for_each_present([&](std::size_t j, std::string_view text, bool lasting) {
      if (wanted[j] == 0) return;
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

}  // namespace

void second_pass(const RowContext& context, const std::vector<ColumnGuess>& guesses,
                 const std::vector<ColumnPlan>& plans, FirstPass& first, Table& table,
                 ThreadPool& pool, const ChunkListener& done) {
  std::vector<char> wanted(plans.size());
  for (std::size_t j = 0; j < plans.size(); ++j) {
    const ColumnSketch& sketch = first.columns[j];
    const bool as_guessed = first.misfits[j] == 0 && came_true(guesses[j], plans[j], sketch);
    if (as_guessed) continue;
    if (is_coded(plans[j])) {
      take_codes(table.columns[j], first.rows);
    } else {
      take_values(table.columns[j], first.rows);
    }
    set_missing(table.columns[j]);
    for (Dictionaries& of_chunk : first.dictionaries) of_chunk[j] = {};
    wanted[j] = sketch.present > 0 ? 1 : 0;
  }
  if (first.rows_are_lines()) {
    table.lines = {};
  }
  const bool lines_are_lacking = !first.rows_are_lines() && table.lines.empty();
  if (lines_are_lacking) table.lines.resize(static_cast<std::size_t>(first.rows));
  if (!lines_are_lacking && std::count(wanted.begin(), wanted.end(), 1) == 0) return;
  run_in_order(
      pool, static_cast<std::int64_t>(first.chunks.size()), [&](std::int64_t i, int worker) {
        const auto index = static_cast<std::size_t>(i);
        fill_chunk(context, plans, wanted, first.chunks[index], table, first.dictionaries[index]);
        done(first.chunks[index].chunk, worker);
      });
}

}  // namespace cohort
