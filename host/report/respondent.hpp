#pragma once
/// How a report names a row.

#include <cstdint>
#include <string>

#include "cohort/features.hpp"

namespace cohort::report {

/// "row 35 (R-035)": a clustered row as the survey counts it, from 1, with its identifiers, which
/// take up to `widest_ids` cells.
[[nodiscard]] std::string respondent_in_words(const FeatureMatrix& features, std::int64_t row,
                                              int widest_ids);

}  // namespace cohort::report
