#include "host/survey/types.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/wording.hpp"

#include "host/survey/excerpt.hpp"
#include "host/survey/numbers.hpp"

namespace cohort {

namespace {

// The candidates among `alive` that read the text.
std::uint64_t dates_reading(std::string_view text, std::uint64_t alive) {
  const auto& candidates = datetime_candidates();
  std::uint64_t reading = 0;
  for (; alive != 0; alive &= alive - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(alive));
    if (i >= candidates.size()) break;
    if (candidates[i].format.parse(text)) reading |= std::uint64_t{1} << i;
  }
  return reading;
}

void keep_first(Found& mine, const Found& later) {
  if (mine.line == 0) mine = later;
}

void note(Found& found, std::string_view text, std::int64_t line) {
  if (found.line == 0) found = {line, std::string(text)};
}

}  // namespace

std::string_view name_of(ColumnType type) {
  switch (type) {
    case ColumnType::number:
      return "number";
    case ColumnType::boolean:
      return "boolean";
    case ColumnType::category:
      return "category";
    case ColumnType::datetime:
      return "datetime";
    case ColumnType::text:
      break;
  }
  return "text";
}

void ColumnSketch::add(std::string_view text, std::int64_t line, char decimal) {
  if (present == 0) note(first, text, line);
  ++present;
  if (only_words) {
    if (const auto word = boolean_word(text)) {
      words.add(*word);
      if (spelling[word->value].empty()) spelling[word->value] = text;
    } else {
      only_words = false;
    }
  }
  if (looks_like_number(text, decimal)) {
    ++numbers;
    dates = 0;
    if (exceeds_double_digits(text)) note(long_integer, text, line);
    if (has_leading_zeros(text)) note(leading_zeros, text, line);
    return;
  }
  note(first_other_than_number, text, line);
  if (dates == 0) return;
  const std::uint64_t reading = dates_reading(text, dates);
  if (std::popcount(reading) == 1) {
    const auto only = static_cast<std::size_t>(std::countr_zero(reading));
    if (datetime_candidates()[only].twin >= 0) note(order_of_day, text, line);
  }
  dates = reading;
}

void ColumnSketch::merge(const ColumnSketch& later) {
  present += later.present;
  numbers += later.numbers;
  only_words = only_words && later.only_words;
  words.add(later.words);
  for (std::size_t i = 0; i < spelling.size(); ++i) {
    if (spelling[i].empty()) spelling[i] = later.spelling[i];
  }
  dates &= later.dates;
  keep_first(first, later.first);
  keep_first(first_other_than_number, later.first_other_than_number);
  keep_first(long_integer, later.long_integer);
  keep_first(leading_zeros, later.leading_zeros);
  keep_first(order_of_day, later.order_of_day);
}

namespace {

bool is_boolean(const ColumnSketch& sketch) {
  const auto pair = sketch.words.pair();
  if (!sketch.only_words || !pair) return false;
  // A lone letter or digit is not yet an answer; a column of nothing but "yes" is.
  const bool words = *pair == BooleanPair::true_false || *pair == BooleanPair::yes_no;
  return words || (sketch.words.has(*pair, false) && sketch.words.has(*pair, true));
}

bool is_nearly_number(const ColumnSketch& sketch) {
  constexpr std::int64_t kFewest = 20;
  return sketch.numbers >= kFewest && sketch.numbers < sketch.present &&
         100 * sketch.numbers >= 95 * sketch.present;
}

ColumnPlan plan_of(ColumnType type) {
  ColumnPlan plan;
  plan.type = type;
  return plan;
}

DateTimeFormat format_of(const ColumnHint& hint) {
  try {
    return DateTimeFormat(hint.format);
  } catch (const UsageError& error) {
    if (hint.where.empty()) throw;
    throw UsageError(hint.where + ": " + error.what());
  }
}

// Decides on one column and words what there is to say of it.
class Planner {
 public:
  Planner(const ColumnSketch& sketch, const std::string& name, const std::string& source,
          std::int64_t column, Notices& notices)
      : sketch_(sketch), name_(name), source_(source), column_(column), notices_(notices) {}

  ColumnPlan sniffed() {
    if (sketch_.present == 0) {
      warn("all-missing", fmt::format("column '{}' holds no value", name_));
      return {};
    }
    if (is_boolean(sketch_)) return boolean();
    if (sketch_.numbers == sketch_.present) return sniffed_number();
    if (sketch_.dates != 0) {
      if (ambiguous_dates()) {
        warn("ambiguous-dates",
             fmt::format("'{}' may hold dates, but every one of them has a day and a month up to "
                         "12, such as {}, so it is read as text; say which is which: {}",
                         name_, excerpt(sketch_.first.text), both_formats()));
        return texts();
      }
      return dates();
    }
    if (is_nearly_number(sketch_)) {
      const Found& other = sketch_.first_other_than_number;
      warn(
          "nearly-number",
          fmt::format("'{}' holds {} and {} other than a number, the first {} ({}), so it is read "
                      "as text; declare such cells missing: na = [\"...\"], or type = \"category\"",
                      name_, counted(sketch_.numbers, "number"),
                      counted(sketch_.present - sketch_.numbers, "cell"), excerpt(other.text),
                      place(source_, other.line, column_)));
    }
    return texts();
  }

  ColumnPlan hinted(const ColumnHint& hint) {
    const ColumnType type = hint.type.value_or(ColumnType::datetime);
    if (type == ColumnType::boolean) return boolean();
    if (type != ColumnType::datetime) return plan_of(type);
    if (!hint.format.empty()) {
      ColumnPlan plan = plan_of(type);
      plan.format = format_of(hint);
      return plan;
    }
    if (sketch_.present > 0 && (sketch_.dates == 0 || ambiguous_dates())) {
      throw DataError(fmt::format(
          "{}: the dates of '{}', such as {}, {}; give {}",
          place(source_, sketch_.first.line, column_), name_, excerpt(sketch_.first.text),
          sketch_.dates == 0 ? "are in no form that is known without being told"
                             : "may be read with the day or with the month first",
          sketch_.dates == 0 ? "their format, as in format = \"%d/%m/%Y %H:%M:%S\""
                             : both_formats()));
    }
    return dates();
  }

 private:
  [[nodiscard]] ColumnPlan boolean() const {
    ColumnPlan plan = plan_of(ColumnType::boolean);
    const auto first = boolean_word(sketch_.first.text);
    if (first) plan.pair = first->pair;
    return plan;
  }

  static ColumnPlan texts() {
    ColumnPlan plan;
    plan.coded_type_open = true;
    return plan;
  }

  ColumnPlan sniffed_number() {
    if (sketch_.long_integer.line != 0) {
      warn("long-numbers",
           fmt::format("'{}' holds whole numbers of more digits than a number keeps (15), such as "
                       "{} ({}), so it is read as text",
                       name_, excerpt(sketch_.long_integer.text),
                       place(source_, sketch_.long_integer.line, column_)));
      return texts();
    }
    if (sketch_.leading_zeros.line != 0) {
      warn("leading-zeros",
           fmt::format("'{}' is read as numbers but holds some with zeros in front, such as {} "
                       "({}); if they are codes, declare them: type = \"category\"",
                       name_, excerpt(sketch_.leading_zeros.text),
                       place(source_, sketch_.leading_zeros.line, column_)));
    }
    return plan_of(ColumnType::number);
  }

  [[nodiscard]] const DateTimeCandidate& first_candidate() const {
    const auto& candidates = datetime_candidates();
    const auto i = static_cast<std::size_t>(std::countr_zero(sketch_.dates));
    return candidates[std::min(i, candidates.size() - 1)];
  }

  [[nodiscard]] bool ambiguous_dates() const { return std::popcount(sketch_.dates) > 1; }

  [[nodiscard]] std::string both_formats() const {
    const DateTimeCandidate& one = first_candidate();
    const auto& other = datetime_candidates()[static_cast<std::size_t>(one.twin)];
    return fmt::format("format = \"{}\" or format = \"{}\"", one.format.text(),
                       other.format.text());
  }

  ColumnPlan dates() {
    const DateTimeCandidate& candidate =
        sketch_.present > 0 ? first_candidate() : datetime_candidates().front();
    if (candidate.twin >= 0) {
      notices_.push_back({Notice::Level::decision, "date-order",
                          fmt::format("'{}' is read as {}, which {} on line {} proves", name_,
                                      candidate.format.text(), excerpt(sketch_.order_of_day.text),
                                      sketch_.order_of_day.line)});
    }
    ColumnPlan plan = plan_of(ColumnType::datetime);
    plan.format = candidate.format;
    return plan;
  }

  void warn(const char* topic, std::string text) {
    notices_.push_back({Notice::Level::warning, topic, std::move(text)});
  }

  const ColumnSketch& sketch_;
  const std::string& name_;
  const std::string& source_;
  std::int64_t column_;
  Notices& notices_;
};

}  // namespace

ColumnPlan plan_column(const ColumnSketch& sketch, const std::string& name, const ColumnHint* hint,
                       const std::string& source, std::int64_t column, Notices& notices) {
  Planner planner(sketch, name, source, column, notices);
  const bool told = hint != nullptr && (hint->type || !hint->format.empty());
  return told ? planner.hinted(*hint) : planner.sniffed();
}

ColumnType type_of_texts(std::int64_t distinct, std::int64_t present) {
  constexpr double kFew = 32;
  const double most = std::max(kFew, std::sqrt(static_cast<double>(present)));
  const bool few = static_cast<double>(distinct) <= most && 2 * distinct <= present;
  return few && distinct > 0 ? ColumnType::category : ColumnType::text;
}

}  // namespace cohort
