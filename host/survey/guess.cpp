#include "host/survey/guess.hpp"

#include <algorithm>

#include "cohort/error.hpp"

namespace cohort {

namespace {

using Filling = ColumnGuess::Filling;

std::vector<ColumnSketch> sketches_of_first_rows(const RowContext& context) {
  constexpr std::size_t kBytes = std::size_t{1} << 20;
  constexpr int kRows = 256;
  std::vector<ColumnSketch> sketches(context.width());
  const std::size_t begin = context.dialect.data_begin;
  Rows rows(context, {begin, std::min(begin + kBytes, context.text.size())});
  try {
    for (int row = 0; row < kRows && rows.next(); ++row) {
      rows.for_each_present([&](std::size_t column, std::string_view text, bool) {
        sketches[column].add(text, rows.line(), context.dialect.decimal);
      });
    }
  } catch (const DataError&) {
    // It is reported when the whole is read.
  }
  return sketches;
}

Filling filling_of(const ColumnPlan& plan) {
  switch (plan.type) {
    case ColumnType::number:
      return Filling::numbers;
    case ColumnType::boolean:
      return Filling::booleans;
    case ColumnType::datetime:
      return Filling::datetimes;
    case ColumnType::category:
    case ColumnType::text:
      break;
  }
  return Filling::codes;
}

std::size_t candidate_of(const DateTimeFormat& format) {
  const auto& all = datetime_candidates();
  const auto found = std::find_if(all.begin(), all.end(), [&](const DateTimeCandidate& candidate) {
    return candidate.format.text() == format.text();
  });
  return found == all.end() ? 0 : static_cast<std::size_t>(found - all.begin());
}

ColumnGuess guess_column(const ColumnSketch& sketch, const std::string& name,
                         const ColumnHint* hint, const std::string& source) {
  ColumnGuess guess;
  Notices unheard;
  try {
    const ColumnPlan plan = plan_column(sketch, name, hint, source, 0, unheard);
    guess.filling = filling_of(plan);
    guess.format = plan.format;
    if (plan.format) guess.candidate = candidate_of(*plan.format);
  } catch (const Error&) {
    guess.filling = Filling::codes;  // of what is wrong, the whole column tells more
  }
  if (hint != nullptr && (hint->type || !hint->format.empty())) {
    const ColumnType type = hint->type.value_or(ColumnType::datetime);
    guess.told =
        type != ColumnType::boolean && (type != ColumnType::datetime || !hint->format.empty());
  } else if (sketch.numbers == sketch.present && sketch.long_integer.line == 0) {
    // Ones and zeros are the same values as numbers and as booleans, and a 2 may follow.
    guess.filling = Filling::numbers;
  }
  return guess;
}

}  // namespace

std::vector<ColumnGuess> guess_columns(const RowContext& context) {
  const std::vector<ColumnSketch> sketches = sketches_of_first_rows(context);
  std::vector<ColumnGuess> guesses;
  for (std::size_t j = 0; j < context.width(); ++j) {
    guesses.push_back(
        guess_column(sketches[j], context.dialect.names[j], context.hints[j], context.source));
  }
  return guesses;
}

bool came_true(const ColumnGuess& guess, const ColumnPlan& plan, const ColumnSketch& sketch) {
  switch (guess.filling) {
    case Filling::numbers:
      return plan.type == ColumnType::number ||
             (plan.type == ColumnType::boolean && plan.pair == BooleanPair::one_zero &&
              sketch.only_words);
    case Filling::booleans:
      return plan.type == ColumnType::boolean && sketch.only_words && sketch.words.pair();
    case Filling::datetimes:
      return plan.type == ColumnType::datetime && plan.format->text() == guess.format->text();
    case Filling::codes:
      return plan.coded_type_open || plan.type == ColumnType::category ||
             plan.type == ColumnType::text;
    case Filling::nothing:
      return true;
  }
  return false;
}

}  // namespace cohort
