#pragma once
/// "Did you mean ...?"

#include <span>
#include <string>
#include <string_view>

namespace cohort {

/// The name a misspelt one most likely stands for: the fewest edits (insert, delete, replace, swap
/// neighbours; ASCII case does not count), at most a third of the longer name; ties: the first.
/// Empty when nothing is near.
[[nodiscard]] std::string nearest(std::string_view name, std::span<const std::string> among);

}  // namespace cohort
