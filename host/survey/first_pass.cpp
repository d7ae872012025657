#include "host/survey/first_pass.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include "cohort/memory.hpp"

#include "host/survey/chunks.hpp"
#include "host/survey/column_memory.hpp"
#include "host/survey/numbers.hpp"
#include "host/survey/plain_number.hpp"

namespace cohort {

namespace {

using Filling = ColumnGuess::Filling;

// What one chunk says of a column.
struct ColumnPart {
  ColumnSketch sketch;
  Dictionary dictionary;
  std::vector<char> is_number;  // of each text in the dictionary
  bool misfit = false;
};

template <class Bits>
std::uint64_t bits_at(const char* at) {
  Bits bits;
  std::memcpy(&bits, at, sizeof bits);
  return bits;
}

// The first and the last bytes of a text of no fewer and at most twice as many.
template <class Bits>
std::uint64_t both_ends(std::string_view text) {
  const std::size_t rest = text.size() - sizeof(Bits);
  return bits_at<Bits>(text.data()) | bits_at<Bits>(text.data() + rest) << 8 * rest;
}

// A text of at most seven bytes as a number; 0 for any other.
std::uint64_t short_word(std::string_view text) {
  constexpr std::size_t kLongest = 7;
  if (text.empty() || text.size() > kLongest) return 0;
  const std::uint64_t size = std::uint64_t{text.size()} << 56;
  if (text.size() >= sizeof(std::uint32_t)) return size | both_ends<std::uint32_t>(text);
  if (text.size() >= sizeof(std::uint16_t)) return size | both_ends<std::uint16_t>(text);
  return size | bits_at<std::uint8_t>(text.data());
}

// What it takes to keep a cell that tells its column's sketch nothing but that there is one more.
struct QuickColumn {
  enum class Cells { none, numbers, words, passed_over };
  Cells cells = Cells::none;
  std::array<std::uint64_t, 2> words{};  // the last spelling of false and of true
  double* values = nullptr;
  std::int64_t seen = 0;
};

struct ChunkPart {
  std::vector<ColumnPart> columns;
  std::int64_t rows = 0;
  std::int64_t first_line = 0;
  std::int64_t last_line = 0;
  std::int64_t blank_lines = 0;
  RaggedRows ragged;
};

// Looks at the cells of one chunk and fills the columns with them, as guessed.
class ChunkFiller {
 public:
  ChunkFiller(const RowContext& context, const std::vector<ColumnGuess>& guesses, Table& table)
      : context_(context), guesses_(guesses), table_(table) {
    part_.columns.resize(context.width());
    for (std::size_t j = 0; j < context.width(); ++j) {
      quick_.emplace_back().values = table.columns[j].values.data();
      look_for_quick(j);
    }
  }

  ChunkPart fill(const Chunk& chunk, std::size_t row) {
    Rows rows(context_, chunk);
    const std::size_t end = row + static_cast<std::size_t>(chunk.records);
    while (rows.next()) {
      if (row == end) throw std::logic_error("a chunk holds more records than were counted");
      line_ = rows.line();
      if (part_.rows == 0) part_.first_line = line_;
      part_.last_line = line_;
      ++part_.rows;
      if (!table_.lines.empty()) table_.lines[row] = line_;
      const std::span<const Field> fields = rows.fields();
      const std::size_t width = std::min(fields.size(), context_.width());
      const bool within_reach = rows.begin() >= kPlainNumberReach;
      for (std::size_t j = 0; j < width; ++j) {
        if (within_reach && add_quickly(fields[j], j, row)) continue;
        add(fields[j], j, row);
        look_for_quick(j);
      }
      for (std::size_t j = width; j < context_.width(); ++j) set_missing(table_.columns[j], row);
      ++row;
    }
    for (std::size_t j = 0; j < context_.width(); ++j) {
      ColumnSketch& sketch = part_.columns[j].sketch;
      sketch.present += quick_[j].seen;
      if (guesses_[j].filling == Filling::numbers) sketch.numbers += quick_[j].seen;
    }
    part_.blank_lines = rows.blank_lines();
    part_.ragged = rows.ragged();
    return std::move(part_);
  }

 private:
  // Nearly every cell that is no text ends here.
  [[nodiscard]] bool add_quickly(const Field& field, std::size_t j, std::size_t row) {
    QuickColumn& quick = quick_[j];
    switch (quick.cells) {
      case QuickColumn::Cells::numbers:
        return add_quick_number(field, quick, row);
      case QuickColumn::Cells::words:
        return add_quick_word(field, quick, row);
      case QuickColumn::Cells::passed_over:
        return pass_over(field, j);
      case QuickColumn::Cells::none:
        break;
    }
    return false;
  }

  [[nodiscard]] bool add_quick_number(const Field& field, QuickColumn& quick,
                                      std::size_t row) const {
    if (field.doubled) return false;
    const std::string_view text = field.text;
    const char* const end = text.data() + text.size();
    const char decimal = context_.dialect.decimal;
    auto number = plain_number(end, text.size(), decimal);
    if (!number) number = long_decimal(end, text.size(), decimal);
    if (!number || (!number->has_point && may_be_code(text))) return false;
    quick.values[row] = number->value;
    ++quick.seen;
    return true;
  }

  [[nodiscard]] static bool add_quick_word(const Field& field, QuickColumn& quick,
                                           std::size_t row) {
    const std::uint64_t word = short_word(field.text);
    const bool is_true = word == quick.words[1];
    if (word == 0 || (!is_true && word != quick.words[0])) return false;
    quick.values[row] = is_true ? 1 : 0;
    ++quick.seen;
    return true;
  }

  [[nodiscard]] bool pass_over(const Field& field, std::size_t j) {
    const std::string_view text = field.text;
    if (field.doubled || text.empty() || is_blank(text.front()) || is_blank(text.back()) ||
        context_.missing[j]->contains(text)) {
      return false;
    }
    ++quick_[j].seen;
    return true;
  }

  void look_for_quick(std::size_t j) {
    const ColumnPart& part = part_.columns[j];
    const ColumnGuess& guess = guesses_[j];
    QuickColumn& quick = quick_[j];
    quick.cells = QuickColumn::Cells::none;
    if (part.misfit) return;
    switch (guess.filling) {
      case Filling::numbers:
        if (guess.told || part.sketch.holds_numbers()) {
          if (!context_.missing[j]->may_hold_numbers()) quick.cells = QuickColumn::Cells::numbers;
        } else if (part.sketch.only_words) {
          quick.cells = QuickColumn::Cells::words;
        }
        break;
      case Filling::booleans:
        quick.cells = QuickColumn::Cells::words;
        break;
      case Filling::nothing:
        quick.cells = QuickColumn::Cells::passed_over;
        break;
      case Filling::datetimes:
      case Filling::codes:
        break;
    }
  }

  void add(const Field& field, std::size_t j, std::size_t row) {
    const std::string_view text = cell_text(field, scratch_);
    if (context_.missing[j]->contains(text)) {
      set_missing(table_.columns[j], row);
      return;
    }
    if (part_.columns[j].misfit) {
      see(text, j);
      return;
    }
    switch (guesses_[j].filling) {
      case Filling::numbers:
        add_number(text, j, row);
        break;
      case Filling::booleans:
        add_boolean(text, j, row);
        break;
      case Filling::datetimes:
        add_datetime(text, j, row);
        break;
      case Filling::codes:
        add_code(text, !field.doubled, j, row);
        break;
      case Filling::nothing:
        ++part_.columns[j].sketch.present;
        break;
    }
  }

  void add_number(std::string_view text, std::size_t j, std::size_t row) {
    ColumnPart& part = part_.columns[j];
    double value = 0;
    const char decimal = context_.dialect.decimal;
    const bool fits = parse_number(text, decimal, value) == NumberFault::none;
    if (fits) table_.columns[j].values[row] = value;
    part.misfit = !fits;
    const bool has_point = fits && text.find(decimal) != std::string_view::npos;
    if (!fits || guesses_[j].told || !part.sketch.add_number(text, has_point)) see(text, j);
    if (text == "0" || text == "1") quick_[j].words[text == "1" ? 1 : 0] = short_word(text);
  }

  void add_boolean(std::string_view text, std::size_t j, std::size_t row) {
    ColumnPart& part = part_.columns[j];
    const auto word = boolean_word(text);
    if (!word || !part.sketch.add_known_word(*word)) see(text, j);
    if (word) table_.columns[j].values[row] = word->value ? 1 : 0;
    part.misfit = !word;
    // Of a pair that is no numbers, the sketch has nothing more to learn from this spelling.
    if (word && word->pair != BooleanPair::one_zero)
      quick_[j].words[word->value ? 1 : 0] = short_word(text);
  }

  void add_datetime(std::string_view text, std::size_t j, std::size_t row) {
    ColumnPart& part = part_.columns[j];
    const auto seconds = guesses_[j].format->parse(text);
    if (!seconds || !part.sketch.add_known_date(guesses_[j].candidate)) see(text, j);
    if (seconds) table_.columns[j].values[row] = *seconds;
    part.misfit = !seconds;
  }

  // A text that recurs tells no more than it did before.
  void add_code(std::string_view text, bool lasting, std::size_t j, std::size_t row) {
    ColumnPart& part = part_.columns[j];
    const std::int32_t code = part.dictionary.code_of(text, lasting);
    table_.columns[j].codes[row] = code;
    const auto known = static_cast<std::size_t>(code);
    if (known == part.is_number.size()) {
      const std::int64_t numbers = part.sketch.numbers;
      see(text, j);
      part.is_number.push_back(part.sketch.numbers > numbers ? 1 : 0);
    } else {
      ++part.sketch.present;
      part.sketch.numbers += part.is_number[known];
    }
  }

  void see(std::string_view text, std::size_t j) {
    ColumnSketch& sketch = part_.columns[j].sketch;
    if (guesses_[j].told) {
      ++sketch.present;
    } else {
      sketch.add(text, line_, context_.dialect.decimal);
    }
  }

  const RowContext& context_;
  const std::vector<ColumnGuess>& guesses_;
  Table& table_;
  ChunkPart part_;
  std::vector<QuickColumn> quick_;
  std::int64_t line_ = 0;
  std::string scratch_;
};

void take_columns(const std::vector<ColumnGuess>& guesses, std::int64_t rows, bool count_distinct,
                  Table& table) {
  double bytes_a_row = 0;
  for (const ColumnGuess& guess : guesses) {
    if (guess.is_kept()) bytes_a_row += guess.is_coded() ? sizeof(std::int32_t) : sizeof(double);
  }
  const double set_of_distinct = count_distinct ? 4 * sizeof(double) : 0;
  require_memory(static_cast<double>(rows) * (bytes_a_row + set_of_distinct),
                 fmt::format("a table of {} rows and {} columns", rows, guesses.size()),
                 "leave out rows or columns");
  for (std::size_t j = 0; j < guesses.size(); ++j) {
    if (!guesses[j].is_kept()) continue;
    if (guesses[j].is_coded()) {
      take_codes(table.columns[j], rows);
    } else {
      take_values(table.columns[j], rows);
    }
  }
}

// Closes the gaps behind chunks that held fewer rows than records were counted.
template <class Cells>
void close_gaps(Cells& cells, const std::vector<ChunkRows>& parts) {
  if (cells.empty()) return;
  std::int64_t from = 0;
  for (const ChunkRows& part : parts) {
    if (from != part.first_row) {
      std::copy_n(cells.begin() + from, part.rows, cells.begin() + part.first_row);
    }
    from += part.chunk.records;
  }
  cells.resize(static_cast<std::size_t>(parts.back().first_row + parts.back().rows));
}

}  // namespace

FirstPass first_pass(const RowContext& context, const std::vector<ColumnGuess>& guesses,
                     const std::vector<Chunk>& chunks, Table& table, ThreadPool& pool,
                     const ChunkListener& done) {
  std::vector<std::int64_t> first_rows;
  std::int64_t records = 0;
  bool records_are_lines = true;
  for (const Chunk& chunk : chunks) {
    first_rows.push_back(records);
    records += chunk.records;
    records_are_lines = records_are_lines && chunk.records >= chunk.lines;
  }
  take_columns(guesses, records, context.options.count_distinct, table);
  if (!records_are_lines) table.lines.resize(static_cast<std::size_t>(records));
  std::vector<ChunkPart> parts(chunks.size());
  run_in_order(pool, static_cast<std::int64_t>(chunks.size()), [&](std::int64_t i, int worker) {
    const auto index = static_cast<std::size_t>(i);
    parts[index] = ChunkFiller(context, guesses, table)
                       .fill(chunks[index], static_cast<std::size_t>(first_rows[index]));
    done(chunks[index], worker);
  });
  FirstPass whole;
  whole.columns.resize(context.width());
  whole.misfits.resize(context.width());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    ChunkPart& part = parts[i];
    whole.chunks.push_back({chunks[i], whole.rows, part.rows});
    whole.dictionaries.emplace_back();
    for (std::size_t j = 0; j < whole.columns.size(); ++j) {
      whole.columns[j].merge(part.columns[j].sketch);
      whole.misfits[j] |= part.columns[j].misfit ? 1 : 0;
      whole.dictionaries[i].push_back(std::move(part.columns[j].dictionary));
    }
    if (part.rows > 0) {
      if (whole.rows == 0) whole.first_line = part.first_line;
      whole.last_line = part.last_line;
    }
    whole.rows += part.rows;
    whole.blank_lines += part.blank_lines;
    whole.ragged.merge(part.ragged);
  }
  if (whole.rows < records) {
    for (Column& column : table.columns) {
      close_gaps(column.values, whole.chunks);
      close_gaps(column.codes, whole.chunks);
    }
    close_gaps(table.lines, whole.chunks);
  }
  return whole;
}

}  // namespace cohort
