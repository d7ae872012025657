#pragma once
/// How notices and errors word lists of columns.

#include <span>
#include <string>
#include <string_view>

namespace cohort {

/// "a, b, c and 9 more"
[[nodiscard]] std::string listed(std::span<const std::string> names, std::size_t most = 6);

/// "; did you mean 'n_clusters'?", or nothing when no name is near.
[[nodiscard]] std::string did_you_mean(std::string_view name, std::span<const std::string> among);

}  // namespace cohort
