#pragma once
/// Whether the first record names the columns, and the names.

#include <span>
#include <string>
#include <vector>

#include "cohort/notice.hpp"

#include "host/survey/missing.hpp"
#include "host/survey/sample_records.hpp"

namespace cohort {

/// A first record of nothing but texts is a header where a column below it holds numbers or dates;
/// where all columns hold texts, where its cells differ from each other and do not recur below.
[[nodiscard]] bool looks_like_header(std::span<const SampleRecord> records,
                                     const MissingTokens& missing, char decimal);

/// Names on one line each, made unique ("x", "x.1") and complete ("column_3"), with a notice where
/// that took a change.
[[nodiscard]] std::vector<std::string> column_names(std::vector<std::string> header,
                                                    Notices& notices);

/// "column_1", "column_2", ...
[[nodiscard]] std::vector<std::string> numbered_names(std::size_t count);

}  // namespace cohort
