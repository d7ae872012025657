#pragma once
/// JSON as people like to read it and programs like to compare it.

#include <string>

#include <nlohmann/json.hpp>

#include "cohort/notice.hpp"

namespace cohort::report {

/// Keys stay in the order they were written.
using Json = nlohmann::ordered_json;

/// Two blanks a level, an array of plain values or a record in a list on one line, a final line
/// end. NaN and infinity become null, invalid UTF-8 U+FFFD.
[[nodiscard]] std::string pretty(const Json& json);

[[nodiscard]] Json notices_json(const Notices& notices);

}  // namespace cohort::report
