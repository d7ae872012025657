#pragma once
/// How messages name a place in a file and the text found there.

#include <cstdint>
#include <string>
#include <string_view>

#include "cohort/table.hpp"

namespace cohort {

/// "survey.csv:17"
[[nodiscard]] std::string place(const std::string& source, std::int64_t line);

/// "survey.csv:17:4"; columns are fields, the first is 1.
[[nodiscard]] std::string place(const std::string& source, std::int64_t line, std::int64_t column);

/// The cell's place in its file.
[[nodiscard]] std::string place(const Table& table, std::int64_t row, const Column& column);

/// The text between single quotes, cut after 40 characters, control characters shown as '?'.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace cohort
