#pragma once

#include <string>
#include <string_view>

namespace cohort::report {

/// A stage's slug as a person would call it, printable.
[[nodiscard]] std::string stage_in_words(std::string_view stage);

}  // namespace cohort::report
