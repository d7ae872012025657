#pragma once
/// When two respondents match, and how many pairs may be found: shared by every backend.

#include <cstdint>
#include <cstdio>
#include <string>

#include "cohort/arithmetic.hpp"
#include "cohort/backend.hpp"
#include "cohort/error.hpp"
#include "cohort/memory.hpp"

namespace cohort {

/// Two rows match that agree in at least `threshold` of the columns both answered, which are at
/// least half of all columns.
struct MatchRule {
  MatchRule(double least_share, std::int64_t all_columns)
      : threshold(least_share), columns(all_columns) {}

  /// A quick test that no matching pair fails.
  [[nodiscard, gnu::always_inline]] COHORT_SHARED_CODE bool may_match(std::int32_t alike,
                                                                      std::int32_t both) const {
    return (static_cast<float>(alike) >= floor * static_cast<float>(both)) & (2 * both >= columns);
  }
  [[nodiscard]] COHORT_SHARED_CODE bool matches(std::int32_t alike, std::int32_t both) const {
    return both > 0 && 2 * both >= columns && share(alike, both) >= threshold;
  }
  [[nodiscard]] static COHORT_SHARED_CODE double share(std::int32_t alike, std::int32_t both) {
    return static_cast<double>(alike) / static_cast<double>(both);
  }

  double threshold;
  std::int64_t columns;
  float floor = static_cast<float>(threshold) * 0.99999F;  ///< a little below, for float's sake
};

/// How many pairs may be found: that many are held twice while they are put into one list.
[[nodiscard]] inline std::int64_t most_matching_pairs() {
  return available_memory() / 3 / static_cast<std::int64_t>(sizeof(MatchingPair));
}

[[noreturn]] inline void refuse_matching_pairs(std::int64_t most, double threshold) {
  char share[32];
  std::snprintf(share, sizeof share, "%.3g", threshold);
  throw MemoryError("more than " + std::to_string(most) + " pairs of rows agree in " + share +
                    " of their answers, too many for the memory; raise the threshold or take "
                    "fewer rows");
}

}  // namespace cohort
