#pragma once
/// "Did you mean ...?"

#include <span>
#include <string>
#include <string_view>

namespace cohort {

/// The name among `among` that is fewest edits from `name` (insertions, deletions, substitutions
/// and swaps of neighbours; letter case counts half an edit); empty when none is within a third of
/// its length. Ties: the first.
[[nodiscard]] std::string nearest(std::string_view name, std::span<const std::string> among);

}  // namespace cohort
