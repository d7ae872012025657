#pragma once
/// Statistics of one column over its non-missing cells (NaN is missing), exact sums, no weights.

#include <cstdint>
#include <span>

#include "cohort/parallel.hpp"

namespace cohort {

/// minimum and maximum are meaningless when count is 0.
struct Range {
  double minimum = 0, maximum = 0;
  std::int64_t count = 0;  ///< non-missing cells
};

struct Moments {
  double mean = 0;
  double deviation = 0;  ///< standard deviation, ddof = 1; 0 below two cells
};

[[nodiscard]] Range range_of(std::span<const double> values);
[[nodiscard]] Range range_of(std::span<const double> values, ThreadPool& pool);

/// Cells must be finite or missing; needs one that is not.
[[nodiscard]] Moments moments_of(std::span<const double> values, ThreadPool& pool);

/// The middle, or half-way between the two middles. Needs a cell that is not missing.
[[nodiscard]] double median_of(std::span<const double> values);

/// The most frequent value, ties the lowest. Needs a cell that is not missing.
[[nodiscard]] double mode_of(std::span<const double> values);

}  // namespace cohort
