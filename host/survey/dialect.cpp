#include "host/survey/dialect.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/survey/excerpt.hpp"
#include "host/survey/header.hpp"
#include "host/survey/missing.hpp"
#include "host/survey/numbers.hpp"
#include "host/survey/sample_records.hpp"

namespace cohort {

namespace {

// Equal scores go to the first: a comma also stands inside texts and numbers, a tab hardly ever.
constexpr std::array kDelimiters = {'\t', ';', '|', ','};

std::string_view name_of_delimiter(char delimiter) {
  switch (delimiter) {
    case '\t':
      return "tabs";
    case ';':
      return "semicolons";
    case '|':
      return "bars";
    default:
      return "commas";
  }
}

// The commonest number of cells above one, ties: the larger; 1 where every record is one cell.
std::size_t usual_width(std::span<const SampleRecord> records) {
  std::map<std::size_t, std::size_t> counts;
  for (const SampleRecord& record : records) ++counts[record.cells.size()];
  std::size_t width = 1;
  std::size_t most = 0;
  for (const auto& [cells, count] : counts) {
    if (cells > 1 && count >= most) {
      width = cells;
      most = count;
    }
  }
  return width;
}

// Titles and remarks above the table have far fewer cells than it, or a single filled one.
std::size_t preamble_length(std::span<const SampleRecord> records) {
  const std::size_t width = usual_width(records);
  std::size_t length = 0;
  for (const SampleRecord& record : records) {
    const auto filled =
        record.cells.size() - static_cast<std::size_t>(std::count(
                                  record.cells.begin(), record.cells.end(), std::string{}));
    const bool padded =
        width > 2 && record.cells.size() == width && filled == 1 && !record.cells.front().empty();
    if (2 * record.cells.size() > width && !padded) return length;
    ++length;
  }
  return 0;
}

// How well a delimiter explains the records: the share of them that have the usual width, a little
// more where the first has it; 0 where it separates nothing.
double score(std::span<const SampleRecord> records) {
  const std::size_t width = usual_width(records);
  if (width == 1) return 0;
  const auto usual = std::count_if(records.begin(), records.end(), [&](const SampleRecord& record) {
    return record.cells.size() == width;
  });
  const bool first = records.front().cells.size() == width;
  const double share = static_cast<double>(usual) / static_cast<double>(records.size());
  const double share_of_table =
      static_cast<double>(usual) / static_cast<double>(records.size() - preamble_length(records));
  if (!first && (share < 0.25 || share_of_table <= 0.5)) return 0;
  return share + (first ? 0.1 : 0);
}

char sniff_delimiter(std::string_view text, const std::string& source, Notices& notices) {
  char best = ',';
  double best_score = 0;
  char absent = ',';  // one that stands in no record, so that they are one cell each
  for (const char delimiter : kDelimiters) {
    const std::vector<SampleRecord> records = sample_records(text, delimiter, source, false);
    const double here = records.empty() ? 0 : score(records);
    if (!records.empty() && usual_width(records) == 1) absent = delimiter;
    if (here > best_score) {
      best = delimiter;
      best_score = here;
    }
  }
  if (best_score > 0 && best != ',') {
    notices.push_back({Notice::Level::decision, "delimiter",
                       fmt::format("cells are separated by {}", name_of_delimiter(best))});
  }
  if (best_score == 0 && absent != ',') {
    notices.push_back({Notice::Level::warning, "delimiter",
                       "no delimiter cuts the lines into equal numbers of cells, so they are read "
                       "as one column; give the delimiter if there is one"});
  }
  return best_score > 0 ? best : absent;
}

bool has_decimal_comma(const std::string& cell) {
  return cell.find(',') != std::string::npos && looks_like_number(cell, ',');
}

// 1,633 but not 0,633 or 1633,123.
bool may_separate_thousands(const std::string& cell) {
  const std::size_t comma = cell.find(',');
  const std::size_t first = cell.find_first_of("0123456789");
  return cell.size() - comma == 4 && first < comma && comma - first <= 3 && cell[first] != '0';
}

char sniff_decimal(std::span<const SampleRecord> records, char delimiter, Notices& notices) {
  if (delimiter == ',') return '.';
  const std::string* proof = nullptr;
  const std::string* doubtful = nullptr;
  for (const SampleRecord& record : records) {
    for (const std::string& cell : record.cells) {
      const bool point = cell.find('.') != std::string::npos && looks_like_number(cell, '.');
      if (point) return '.';
      if (!has_decimal_comma(cell)) continue;
      const std::string*& found = may_separate_thousands(cell) ? doubtful : proof;
      if (found == nullptr) found = &cell;
    }
  }
  if (proof == nullptr && doubtful != nullptr) {
    notices.push_back({Notice::Level::warning, "decimal",
                       fmt::format("the comma in {} may be a decimal comma or separate thousands, "
                                   "so such cells are read as text; say decimal = \",\" if it is "
                                   "the former",
                                   excerpt(*doubtful))});
  }
  if (proof == nullptr) return '.';
  notices.push_back(
      {Notice::Level::decision, "decimal",
       fmt::format("numbers are written with a decimal comma, as {}", excerpt(*proof))});
  return ',';
}

void check_given(const ReadOptions& options) {
  const std::string_view impossible("\"\n\r\0", 4);
  if (options.delimiter && impossible.find(*options.delimiter) != std::string_view::npos) {
    throw UsageError("a quote, a line end or NUL cannot separate cells; use , ; | or a tab");
  }
  if (options.decimal && *options.decimal != '.' && *options.decimal != ',') {
    throw UsageError(fmt::format("the decimal sign cannot be {}; use '.' or ','",
                                 excerpt({&*options.decimal, 1})));
  }
  if (options.delimiter && options.delimiter == options.decimal) {
    throw UsageError(
        fmt::format("{} cannot be both the delimiter and the decimal sign; give another delimiter",
                    excerpt({&*options.delimiter, 1})));
  }
}

}  // namespace

Dialect sniff_dialect(std::string_view text, const std::string& source, const ReadOptions& options,
                      Notices& notices) {
  check_given(options);
  Dialect dialect;
  dialect.delimiter =
      options.delimiter ? *options.delimiter : sniff_delimiter(text, source, notices);
  const std::vector<SampleRecord> all = sample_records(text, dialect.delimiter, source, true);
  if (all.empty()) {
    throw DataError(
        fmt::format("{}: holds blank lines only; a header line and rows were expected", source));
  }
  const std::size_t skipped = preamble_length(all);
  if (skipped > 0) {
    notices.push_back(
        {Notice::Level::decision, "preamble",
         fmt::format("the first {} skipped, above the table, which begins on line {}: {}{}",
                     skipped == 1 ? "line is" : fmt::format("{} lines are", skipped),
                     all[skipped].line, excerpt(all.front().cells.front()),
                     skipped > 1 ? ", ..." : "")});
  }
  const std::span<const SampleRecord> records = std::span(all).subspan(skipped);
  dialect.decimal =
      options.decimal ? *options.decimal : sniff_decimal(records, dialect.delimiter, notices);
  MissingTokens missing(options.default_missing);
  missing.add(options.missing);
  dialect.has_header =
      options.header ? *options.header : looks_like_header(records, missing, dialect.decimal);
  const SampleRecord& first = records.front();
  if (dialect.has_header) {
    dialect.names = column_names(first.cells, notices);
    dialect.data_begin = first.end;
    dialect.data_line = first.end_line;
    return dialect;
  }
  dialect.names = numbered_names(
      options.header ? first.cells.size() : std::max(first.cells.size(), usual_width(records)));
  dialect.data_begin = first.begin;
  dialect.data_line = first.line;
  if (!options.header) {
    notices.push_back({Notice::Level::decision, "header",
                       fmt::format("line {} does not look like column names, so the columns are "
                                   "column_1 to column_{}; say header = true if it is",
                                   first.line, dialect.names.size())});
  }
  return dialect;
}

}  // namespace cohort
