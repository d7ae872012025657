#pragma once
/// Rows of a synthetic survey as numbers.

#include <cstdint>
#include <vector>

#include "cohort/generate.hpp"

#include "host/survey/answer_source.hpp"

namespace cohort {

class SurveyMatrix {
 public:
  /// \param with_segment  a last column holds it
  SurveyMatrix(const Population& population, std::uint64_t seed, bool with_segment);

  [[nodiscard]] std::int64_t cols() const;
  /// Writes cols() values. \return their end
  float* write(float* to, std::int64_t row) const;

 private:
  struct Column {
    std::size_t index = 0;      // in the population
    std::vector<float> values;  // of a category or an ordinal
    double zero = 0;            // of any other: (answer - zero) / unit
    double unit = 1;
  };

  AnswerSource source_;
  std::vector<Column> columns_;
  bool with_segment_;
};

}  // namespace cohort
