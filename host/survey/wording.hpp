#pragma once
/// How notices and errors word numbers and lists of columns.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cohort {

/// "1,000"
[[nodiscard]] std::string grouped(std::int64_t number);

/// "1 row", "1,000 rows"
[[nodiscard]] std::string counted(std::int64_t number, std::string_view noun);

/// "a, b, c and 9 more"
[[nodiscard]] std::string listed(std::span<const std::string> names, std::size_t most = 6);

/// "; did you mean 'n_clusters'?", or nothing when no name is near.
[[nodiscard]] std::string did_you_mean(std::string_view name, std::span<const std::string> among);

}  // namespace cohort
