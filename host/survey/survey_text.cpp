#include "host/survey/survey_text.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace cohort {

namespace {

/// More than any 64-bit integer takes, with its sign.
constexpr std::size_t kDigits = 24;

bool needs_quotes(std::string_view text, char delimiter) {
  return text.find_first_of("\"\r\n") != std::string_view::npos ||
         text.find(delimiter) != std::string_view::npos;
}

std::string doubled_quotes(std::string_view text) {
  std::string doubled;
  for (const char c : text) doubled += c == '"' ? std::string("\"\"") : std::string(1, c);
  return doubled;
}

std::string cell_of(std::string_view text, char delimiter) {
  return needs_quotes(text, delimiter) ? '"' + doubled_quotes(text) + '"' : std::string(text);
}

char* copied(char* to, std::string_view text) {
  return std::copy(text.begin(), text.end(), to);
}

char* digits(char* to, std::int64_t value) {
  return std::to_chars(to, to + kDigits, value).ptr;
}

}  // namespace

SurveyText::SurveyText(const Population& population, std::uint64_t seed,
                       const std::string& segment_column, char delimiter)
    : source_(population, seed), delimiter_(delimiter) {
  for (const PopulationColumn& column : population.columns) {
    Cell cell;
    cell.answers = column.answers;
    cell.decimals = column.decimals;
    for (int i = 0; i < column.decimals; ++i) cell.steps_per_unit *= 10;
    for (const std::string& value : column.values) cell.values.push_back(cell_of(value, delimiter));
    const bool quoted = column.answers == Answers::datetime
                            ? needs_quotes(column.format, delimiter)
                            : needs_quotes(column.prefix + column.suffix, delimiter);
    const std::string quote = quoted ? "\"" : "";
    cell.prefix = quote + doubled_quotes(column.prefix);
    cell.suffix = doubled_quotes(column.suffix) + quote;
    cell.missing = cell_of(column.missing_text, delimiter);
    if (column.answers == Answers::datetime) cell.time.emplace_back(doubled_quotes(column.format));
    if (!header_.empty()) header_ += delimiter;
    header_ += cell_of(column.name, delimiter);
    widest_ += widest(cell) + 1;
    cells_.push_back(std::move(cell));
  }
  if (!segment_column.empty()) {
    header_ += delimiter + cell_of(segment_column, delimiter);
    std::size_t most = 0;
    for (const Population::Segment& segment : population.segments) {
      segments_.push_back(cell_of(segment.name, delimiter));
      most = std::max(most, segments_.back().size());
    }
    widest_ += most + 1;
  }
  header_ += '\n';
}

std::size_t SurveyText::widest(const Cell& cell) {
  std::size_t most = cell.missing.size();
  for (const std::string& value : cell.values) most = std::max(most, value.size());
  const std::size_t time = cell.time.empty() ? 0 : cell.time.front().widest();
  return std::max(most, cell.prefix.size() + cell.suffix.size() +
                            std::max(time, kDigits + static_cast<std::size_t>(cell.decimals)));
}

char* SurveyText::write_number(char* to, const Cell& cell, std::int64_t steps) {
  if (steps < 0) {
    *to++ = '-';
    steps = -steps;
  }
  to = digits(to, steps / cell.steps_per_unit);
  if (cell.decimals == 0) return to;
  *to++ = '.';
  std::int64_t rest = steps % cell.steps_per_unit;
  for (int place = cell.decimals - 1; place >= 0; --place) {
    to[place] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  return to + cell.decimals;
}

char* SurveyText::write(char* to, const Cell& cell, std::int64_t value) {
  switch (cell.answers) {
    case Answers::category:
    case Answers::ordinal:
      return copied(to, cell.values[static_cast<std::size_t>(value)]);
    case Answers::normal:
    case Answers::log_normal:
      return write_number(to, cell, value);
    case Answers::datetime:
      return copied(cell.time.front().write(copied(to, cell.prefix), value), cell.suffix);
    case Answers::identifier:
      return copied(digits(copied(to, cell.prefix), value), cell.suffix);
  }
  return to;
}

char* SurveyText::write(char* to, std::int64_t row) const {
  const AnswerSource::Respondent respondent = source_.respondent(row);
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    const AnswerSource::Answer answer = source_.answer(respondent, c);
    to = answer.missing ? copied(to, cells_[c].missing) : write(to, cells_[c], answer.value);
    *to++ = delimiter_;
  }
  if (segments_.empty()) {
    to[-1] = '\n';
    return to;
  }
  to = copied(to, segments_[respondent.segment]);
  *to++ = '\n';
  return to;
}

}  // namespace cohort
