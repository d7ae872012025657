#pragma once
/// From distinct rows back to all of them.

#include <vector>

#include "cohort/backend.hpp"

namespace cohort {

/// Each row's value, of one for each distinct row.
template <class T>
[[nodiscard]] std::vector<T> of_all_rows(const DistinctRows& rows, const std::vector<T>& values) {
  std::vector<T> result;
  result.reserve(rows.group.size());
  for (const std::int32_t group : rows.group)
    result.push_back(values[static_cast<std::size_t>(group)]);
  return result;
}

}  // namespace cohort
