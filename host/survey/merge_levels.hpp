#pragma once
/// The texts of a column's chunks as its levels.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cohort/parallel.hpp"

#include "host/survey/dictionary.hpp"

namespace cohort {

struct MergedLevels {
  std::vector<std::string> levels;                  ///< distinct texts, sorted by bytes
  std::vector<std::vector<std::int32_t>> position;  ///< of each chunk's codes among the levels
};

/// \param chunks  the dictionary of each
[[nodiscard]] MergedLevels merge_levels(std::span<const Dictionary* const> chunks,
                                        ThreadPool& pool);

}  // namespace cohort
