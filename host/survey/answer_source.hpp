#pragma once
/// A population made ready to draw from: every answer of every row, in any order.

#include <cstdint>
#include <optional>
#include <vector>

#include "cohort/generate.hpp"

#include "host/survey/quantile_table.hpp"

namespace cohort {

struct RandomBits;

class AnswerSource {
 public:
  /// Who answers in a row.
  struct Respondent {
    std::int64_t row = 0;
    std::int64_t person = 0;  ///< the row itself, or that of the same person's first answers
    std::size_t segment = 0;
  };

  struct Answer {
    /// The index of a value; a number in units of its last decimal; seconds since 1970; the number
    /// of an identifier, from 1.
    std::int64_t value = 0;
    bool missing = false;
  };

  /// \throws UsageError for numbers larger than can be written to their last decimal
  AnswerSource(const Population& population, std::uint64_t seed);

  [[nodiscard]] Respondent respondent(std::int64_t row) const;
  [[nodiscard]] Answer answer(const Respondent& respondent, std::size_t column) const;

 private:
  /// Shares as bounds of 32 random bits: the first bound above the bits is the one drawn.
  using Bounds = std::vector<std::uint64_t>;

  struct Distribution {
    std::uint64_t missing_below = 0;
    Bounds shares;
    std::optional<std::int64_t> certain;  // the one value there is, when none is missing
    double center = 0;
    double spread = 1;
    std::vector<float> of_score;       // log-normal: the value of each normal score on a grid
    std::vector<QuantileTable> times;  // datetime: seconds after `from`; none or one
  };
  struct Column {
    Answers answers = Answers::category;
    std::uint64_t redrawn_below = 0;
    std::size_t correlated_with = 0;
    double r = 0;
    double own = 1;  // sqrt(1 - r^2)
    double steps_per_unit = 1;
    std::int64_t least = 0, greatest = 0;
    std::int64_t from = 0;
    std::vector<Distribution> in_segment;
  };

  static Bounds bounds_of(const std::vector<double>& shares);
  static std::int64_t drawn(const Bounds& bounds, std::uint32_t bits);
  static Column column_of(const PopulationColumn& column);
  static Distribution distribution_of(const PopulationColumn& column,
                                      const AnswerDistribution& given);

  [[nodiscard]] RandomBits bits(const Respondent& respondent, std::size_t column) const;
  [[nodiscard]] double score(const Respondent& respondent, std::size_t column,
                             std::uint32_t bits) const;
  [[nodiscard]] static double log_normal(const Distribution& distribution, double score);

  std::uint64_t seed_;
  Bounds segments_;
  std::uint64_t repeated_below_;
  std::int64_t repeat_after_;
  QuantileTable normal_;
  std::vector<Column> columns_;
};

}  // namespace cohort
