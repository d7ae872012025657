#pragma once
/// Rows of a synthetic survey as lines of a delimited file.

#include <cstdint>
#include <string>
#include <vector>

#include "cohort/generate.hpp"

#include "host/survey/answer_source.hpp"
#include "host/survey/datetime_text.hpp"

namespace cohort {

class SurveyText {
 public:
  /// \param segment_column  empty for none
  SurveyText(const Population& population, std::uint64_t seed, const std::string& segment_column,
             char delimiter);

  [[nodiscard]] const std::string& header() const { return header_; }
  /// No line is longer, its line feed included.
  [[nodiscard]] std::size_t widest() const { return widest_; }
  /// Writes a line. \return its end
  char* write(char* to, std::int64_t row) const;

 private:
  struct Cell {
    Answers answers = Answers::category;
    std::vector<std::string> values;
    std::string prefix, suffix;
    std::string missing;
    int decimals = 0;
    std::int64_t steps_per_unit = 1;
    std::vector<DateTimeText> time;  // of a datetime; none or one
  };

  [[nodiscard]] static std::size_t widest(const Cell& cell);
  static char* write(char* to, const Cell& cell, std::int64_t value);
  static char* write_number(char* to, const Cell& cell, std::int64_t steps);

  AnswerSource source_;
  char delimiter_;
  std::vector<Cell> cells_;
  std::vector<std::string> segments_;  // none when no column tells
  std::string header_;
  std::size_t widest_ = 0;
};

}  // namespace cohort
