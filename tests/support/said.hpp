#pragma once
/// What a text says, and what the notices of a table say.

#include <string>
#include <string_view>

#include "cohort/table.hpp"

namespace cohort::test {

[[nodiscard]] inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The text of the first notice about a topic; empty without one.
[[nodiscard]] inline std::string notice(const Table& table, std::string_view topic) {
  for (const Notice& notice : table.notices) {
    if (notice.topic == topic) return notice.text;
  }
  return "";
}

}  // namespace cohort::test
