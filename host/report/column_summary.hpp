#pragma once
/// What describing a survey says of a column, for whichever form it is told in.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cohort/table.hpp"

namespace cohort::report {

struct LevelCount {
  std::string text;
  std::int64_t count = 0;
};

struct ColumnSummary {
  std::optional<std::pair<double, double>> range;  ///< numbers and datetimes, unless all missing
  std::vector<LevelCount> levels;  ///< the others: by falling count, ties as the levels stand
};

[[nodiscard]] ColumnSummary summarize(const Column& column);

/// "2018-10-29T16:05:09" of seconds since 1970, with `between` in place of the T.
[[nodiscard]] std::string iso_datetime(double seconds, char between);

/// "2018-10-29"
[[nodiscard]] std::string iso_date(double seconds);

}  // namespace cohort::report
