#pragma once
/// How many people are behind the rows.

#include <cstdint>
#include <span>

#include "cohort/backend.hpp"

namespace cohort {

/// Rows that belong together because a chain of pairs links them.
struct RespondentGroups {
  std::int64_t rows = 0;
  std::int64_t people = 0;    ///< groups, a row that is in no pair being one of its own
  std::int64_t smallest = 0;  ///< rows of the smallest group
  std::int64_t largest = 0;   ///< and of the largest

  /// Every one of them is listed equally often, and more than once.
  [[nodiscard]] bool all_repeated() const { return smallest >= 2 && smallest == largest; }
};

/// \param pairs  of rows in [0, rows)
[[nodiscard]] RespondentGroups respondent_groups(std::span<const MatchingPair> pairs,
                                                 std::int64_t rows);

}  // namespace cohort
