#include "cohort/respondents.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace cohort {

RespondentGroups respondent_groups(std::span<const MatchingPair> pairs, std::int64_t rows) {
  std::vector<std::int64_t> parent(static_cast<std::size_t>(rows));
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](std::int64_t i) {
    while (parent[static_cast<std::size_t>(i)] != i) i = parent[static_cast<std::size_t>(i)];
    return i;
  };
  for (const MatchingPair& pair : pairs) {
    const std::int64_t a = root(pair.i);
    const std::int64_t b = root(pair.j);
    parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
  }
  std::vector<std::int64_t> sizes(parent.size());
  for (std::int64_t i = 0; i < rows; ++i) ++sizes[static_cast<std::size_t>(root(i))];
  std::erase(sizes, 0);
  if (sizes.empty()) return {};
  const auto [smallest, largest] = std::minmax_element(sizes.begin(), sizes.end());
  return {rows, std::ssize(sizes), *smallest, *largest};
}

}  // namespace cohort
