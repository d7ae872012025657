#pragma once
/// Some rows to draw where there are too many for a picture.

#include <cstdint>
#include <vector>

namespace cohort::report {

/// At most `most` of [0, rows), ascending: all, or one from each of `most` equal stretches, at a
/// place that a hash of the stretch's number chooses, so that no rhythm in the rows is met.
[[nodiscard]] std::vector<std::int64_t> row_sample(std::int64_t rows, std::int64_t most);

}  // namespace cohort::report
