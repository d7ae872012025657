#include "host/survey/survey_matrix.hpp"

#include <cmath>
#include <string>

#include "host/survey/booleans.hpp"
#include "host/survey/numbers.hpp"

namespace cohort {

namespace {

/// What the values are as numbers: themselves, 0 and 1, or 1, 2, ...
std::vector<float> numbers_of(const std::vector<std::string>& values) {
  std::vector<float> themselves;
  std::vector<float> truths;
  std::vector<float> places;
  BooleanWords words;
  for (const std::string& value : values) {
    double number = 0;
    if (parse_number(value, '.', number) == NumberFault::none)
      themselves.push_back(static_cast<float>(number));
    if (const auto word = boolean_word(value)) {
      words.add(*word);
      truths.push_back(word->value ? 1.0F : 0.0F);
    }
    places.push_back(static_cast<float>(places.size() + 1));
  }
  if (themselves.size() == values.size()) return themselves;
  return truths.size() == values.size() && words.pair() ? truths : places;
}

}  // namespace

SurveyMatrix::SurveyMatrix(const Population& population, std::uint64_t seed, bool with_segment)
    : source_(population, seed), with_segment_(with_segment) {
  for (std::size_t c = 0; c < population.columns.size(); ++c) {
    const PopulationColumn& given = population.columns[c];
    Column column;
    column.index = c;
    column.values = numbers_of(given.values);
    if (given.answers == Answers::datetime) {
      column.zero = static_cast<double>(given.from);
      column.unit = 3600;
    } else {
      column.unit = std::pow(10, given.decimals);
    }
    if (given.answers != Answers::identifier) columns_.push_back(std::move(column));
  }
}

std::int64_t SurveyMatrix::cols() const {
  return std::ssize(columns_) + (with_segment_ ? 1 : 0);
}

float* SurveyMatrix::write(float* to, std::int64_t row) const {
  const AnswerSource::Respondent respondent = source_.respondent(row);
  for (const Column& column : columns_) {
    const std::int64_t answer = source_.answer(respondent, column.index).value;
    *to++ = column.values.empty()
                ? static_cast<float>((static_cast<double>(answer) - column.zero) / column.unit)
                : column.values[static_cast<std::size_t>(answer)];
  }
  if (with_segment_) *to++ = static_cast<float>(respondent.segment);
  return to;
}

}  // namespace cohort
