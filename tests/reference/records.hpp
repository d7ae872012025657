#pragma once
/// Delimited text read one character at a time.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohort::reference {

struct Record {
  std::int64_t line = 0;
  std::vector<std::string> cells;
  bool operator==(const Record&) const = default;
};

inline std::string without_blanks(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// Nothing where a quote is never closed or text follows one that closes.
inline std::optional<std::vector<Record>> records(std::string_view text, char delimiter) {
  enum class State { cell_begins, plain, quoted, quote_in_quoted, behind_quoted };
  std::vector<Record> all;
  Record record{1, {}};
  std::string cell;
  bool any_quoted = false;
  std::int64_t line = 1;
  State state = State::cell_begins;
  const auto end_cell = [&] {
    record.cells.push_back(without_blanks(cell));
    cell.clear();
    state = State::cell_begins;
  };
  const auto end_record = [&] {
    end_cell();
    const bool blank = record.cells.size() == 1 && record.cells[0].empty() && !any_quoted;
    if (!blank) all.push_back(record);
    record = {line, {}};
    any_quoted = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool line_end = c == '\n' || (c == '\r' && !(i + 1 < text.size() && text[i + 1] == '\n'));
    const bool ends = line_end || c == '\r';
    if (line_end) ++line;
    if (state == State::quoted) {
      if (c == '"') {
        state = State::quote_in_quoted;
      } else {
        cell += c;
      }
      continue;
    }
    if (state == State::quote_in_quoted) {
      if (c == '"') {
        cell += '"';
        state = State::quoted;
        continue;
      }
      state = State::behind_quoted;
    }
    if (c == '"' && state == State::cell_begins) {
      state = State::quoted;
      any_quoted = true;
    } else if (c == delimiter) {
      end_cell();
    } else if (ends) {
      if (c == '\r' && !line_end) {
        ++i;
        ++line;
      }
      end_record();
    } else if (state == State::behind_quoted) {
      if (c != ' ' && c != '\t') return std::nullopt;
    } else {
      cell += c;
      state = State::plain;
    }
  }
  if (state == State::quoted) return std::nullopt;
  if (!text.empty() && text.back() != '\n' && text.back() != '\r') {
    end_record();
  } else if (state == State::quote_in_quoted || !record.cells.empty() || !cell.empty()) {
    end_record();
  }
  return all;
}

}  // namespace cohort::reference
