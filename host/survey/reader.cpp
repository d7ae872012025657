#include "host/survey/reader.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/wording.hpp"

#include "host/survey/decompress.hpp"
#include "host/survey/dialect.hpp"
#include "host/survey/encoding.hpp"
#include "host/survey/excerpt.hpp"
#include "host/survey/finish_columns.hpp"
#include "host/survey/guess.hpp"
#include "host/survey/nearest.hpp"
#include "host/survey/second_pass.hpp"
#include "host/survey/source.hpp"

namespace cohort {

namespace {

std::vector<const ColumnHint*> hints_of(const std::vector<std::string>& names,
                                        const ReadOptions& options, const std::string& source) {
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t j = 0; j < names.size(); ++j) index.emplace(names[j], j);
  std::vector<const ColumnHint*> hints(names.size(), nullptr);
  for (const ColumnHint& hint : options.columns) {
    const auto found = index.find(hint.name);
    if (found == index.end()) {
      const std::string near = nearest(hint.name, names);
      throw UsageError(fmt::format("{}{}{} has no column '{}'; {}", hint.where,
                                   hint.where.empty() ? "" : ": ", source, hint.name,
                                   near.empty() ? "cohort describe lists the columns it has"
                                                : fmt::format("did you mean '{}'?", near)));
    }
    hints[found->second] = &hint;
  }
  return hints;
}

// The tokens of each column: those of all columns, and a set of its own where a hint adds some.
class MissingByColumn {
 public:
  MissingByColumn(const ReadOptions& options, const std::vector<const ColumnHint*>& hints)
      : general_(options.default_missing) {
    general_.add(options.missing);
    for (const ColumnHint* hint : hints) {
      if (hint == nullptr || hint->missing.empty()) {
        of_column_.push_back(&general_);
        continue;
      }
      own_.push_back(general_);
      own_.back().add(hint->missing);
      of_column_.push_back(&own_.back());
    }
  }
  MissingByColumn(const MissingByColumn&) = delete;
  MissingByColumn& operator=(const MissingByColumn&) = delete;
  [[nodiscard]] const std::vector<const MissingTokens*>& tokens() const { return of_column_; }

 private:
  MissingTokens general_;
  std::deque<MissingTokens> own_;
  std::vector<const MissingTokens*> of_column_;
};

void report_ragged(const RowContext& context, const RaggedRows& ragged, Notices& notices) {
  if (ragged.count == 0) return;
  std::vector<std::string> examples;
  for (const RaggedRows::Example& example : ragged.examples) {
    examples.push_back(fmt::format("line {} has {}", example.line, example.cells));
  }
  const bool more = ragged.count > static_cast<std::int64_t>(examples.size());
  const std::string which = fmt::format("{}{}", fmt::join(examples, ", "), more ? ", ..." : "");
  const auto say = [&](std::string text) {
    notices.push_back({Notice::Level::warning, "ragged", std::move(text)});
  };
  switch (context.options.ragged) {
    case Ragged::error:
      throw DataError(fmt::format(
          "{}: {} another number of cells than the {} expected: {}; check the delimiter and the "
          "quotes, or use --ragged fill or --ragged skip",
          place(context.source, ragged.examples.front().line),
          ragged.count == 1 ? "1 row has" : counted(ragged.count, "row") + " have", context.width(),
          which));
    case Ragged::fill:
      say(fmt::format("{} brought to {}: {} short, filled with missing cells; {} long, cut ({})",
                      ragged.count == 1 ? "1 row was" : counted(ragged.count, "row") + " were",
                      counted(static_cast<std::int64_t>(context.width()), "cell"),
                      ragged.count - ragged.longer, ragged.longer, which));
      break;
    case Ragged::skip:
      say(fmt::format("{} left out that {} not have {}: {}",
                      ragged.count == 1 ? "1 row is" : counted(ragged.count, "row") + " are",
                      ragged.count == 1 ? "does" : "do",
                      counted(static_cast<std::int64_t>(context.width()), "cell"), which));
      break;
  }
}

// Chunks are read by all workers; progress is told by the one that the caller lends.
class ReadProgress {
 public:
  ReadProgress(const ProgressListener& listener, const char* stage, std::size_t bytes)
      : listener_(listener), stage_(stage), total_(static_cast<std::int64_t>(bytes)) {}

  void add(const Chunk& chunk, int worker) {
    const auto bytes = static_cast<std::int64_t>(chunk.end - chunk.begin);
    const std::int64_t done = done_.fetch_add(bytes) + bytes;
    const std::int64_t rows = rows_.fetch_add(chunk.records) + chunk.records;
    if (worker == 0 && listener_) listener_({stage_, done, total_, "bytes", rows});
  }

 private:
  const ProgressListener& listener_;
  const char* stage_;
  std::int64_t total_;
  std::atomic<std::int64_t> done_{0};
  std::atomic<std::int64_t> rows_{0};
};

// Columns that nobody wants are passed over where the rows are too many to keep them.
std::vector<ColumnGuess> wanted_only(std::vector<ColumnGuess> guesses, std::int64_t rows,
                                     const RowContext& context) {
  const ReadOptions& options = context.options;
  if (!options.wanted || rows <= options.all_up_to_rows) return guesses;
  for (std::size_t j = 0; j < guesses.size(); ++j) {
    if (options.wanted(context.dialect.names[j])) continue;
    guesses[j] = {};
    guesses[j].filling = ColumnGuess::Filling::nothing;
  }
  return guesses;
}

bool has_passed_over(const std::vector<ColumnGuess>& guesses) {
  return std::any_of(guesses.begin(), guesses.end(),
                     [](const ColumnGuess& guess) { return !guess.is_kept(); });
}

// Large enough that a chunk's overhead vanishes, few enough that their sketches stay small.
std::size_t usual_chunk_bytes(std::size_t bytes) {
  constexpr std::size_t kLeast = std::size_t{1} << 20;
  constexpr std::size_t kMostChunks = 512;
  return std::max(kLeast, bytes / kMostChunks);
}

}  // namespace

Table parse_in_chunks(std::string_view bytes, const std::string& source, const ReadOptions& options,
                      ThreadPool& pool, std::optional<std::size_t> chunk_bytes) {
  if (bytes.empty()) {
    throw DataError(fmt::format("{}: is empty; a header line and rows were expected", source));
  }
  Table table;
  table.source = source;
  const PlainBytes plain(bytes, source, options.progress);
  const DecodedText decoded = decode(plain.bytes(), source, pool, table.notices);
  const std::string_view text = decoded.text();
  const Dialect dialect = sniff_dialect(text, source, options, table.notices);
  const std::vector<const ColumnHint*> hints = hints_of(dialect.names, options, source);
  const MissingByColumn missing(options, hints);
  const RowContext context{text, source, options, dialect, hints, missing.tokens()};
  const std::vector<Chunk> chunks =
      cut_into_chunks(text, dialect.data_begin, dialect.data_line, dialect.delimiter,
                      chunk_bytes.value_or(usual_chunk_bytes(text.size())), pool);
  for (const std::string& name : dialect.names) table.columns.emplace_back().name = name;
  const auto look_at_all = [&](const std::vector<ColumnGuess>& guesses) {
    ReadProgress progress(options.progress, "read", text.size() - dialect.data_begin);
    return first_pass(context, guesses, chunks, table, pool,
                      [&](const Chunk& chunk, int worker) { progress.add(chunk, worker); });
  };
  const std::vector<ColumnGuess> of_all = guess_columns(context);
  std::vector<ColumnGuess> guesses = wanted_only(of_all, records_in(chunks), context);
  FirstPass first = look_at_all(guesses);
  if (has_passed_over(guesses) && first.rows <= options.all_up_to_rows) {
    // Blank lines and ragged rows had made them too many.
    guesses = of_all;
    first = look_at_all(guesses);
  }
  report_ragged(context, first.ragged, table.notices);
  if (first.rows == 0) {
    throw DataError(
        first.ragged.count > 0
            ? fmt::format("{}: no row has the {} cells expected; check the delimiter", source,
                          context.width())
            : fmt::format("{}: holds column names and no rows; rows were expected below them",
                          source));
  }
  if (first.blank_lines > 0) {
    table.notices.push_back({Notice::Level::decision, "blank-lines",
                             counted(first.blank_lines, "blank line") + " skipped"});
  }
  table.rows = first.rows;
  table.first_line = first.first_line;
  std::vector<ColumnPlan> plans;
  for (std::size_t j = 0; j < dialect.names.size(); ++j) {
    table.columns[j].kept = guesses[j].is_kept();
    plans.push_back(table.columns[j].kept
                        ? plan_column(first.columns[j], dialect.names[j], hints[j], source,
                                      static_cast<std::int64_t>(j) + 1, table.notices)
                        : ColumnPlan());
    table.columns[j].type = plans[j].type;
  }
  ReadProgress again(options.progress, "read again", text.size() - dialect.data_begin);
  second_pass(context, guesses, plans, first, table, pool,
              [&](const Chunk& chunk, int worker) { again.add(chunk, worker); });
  finish_columns(first, plans, options, table, pool);
  return table;
}

Table parse_table(std::string_view bytes, const std::string& source, const ReadOptions& options,
                  ThreadPool& pool) {
  return parse_in_chunks(bytes, source, options, pool, {});
}

Table read_table(const std::string& path, const ReadOptions& options, ThreadPool& pool) {
  const Source file(path);
  return parse_table(file.bytes(), path, options, pool);
}

}  // namespace cohort
