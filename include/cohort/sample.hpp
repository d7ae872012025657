#pragma once
/// The survey that ships inside the library: 72 rows, tab-separated, and the recipe of its
/// published analysis.

#include <string_view>

namespace cohort {

[[nodiscard]] std::string_view sample_survey();
[[nodiscard]] std::string_view sample_recipe();

}  // namespace cohort
