#pragma once
/// How one grouping of the rows becomes another.

#include <cstdint>
#include <string>

#include "cohort/matrix.hpp"

#include "host/report/svg/drawing.hpp"

namespace cohort::report {

/// Blocks for the segments on the left and the groups on the right, ribbons as wide as the rows
/// they share. \param shared  segments x groups, from contingency(); those behind the twelfth are
/// drawn together
[[nodiscard]] Drawing flow_picture(const Matrix<std::int64_t>& shared);

/// What the counts say, as a sentence: whether the groups split the segments, join them, or cut
/// across. Text.
[[nodiscard]] std::string crossing_in_words(const Matrix<std::int64_t>& shared);

}  // namespace cohort::report
