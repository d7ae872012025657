#pragma once
/// The most frequent values of a feature, in each group and over all.

#include <cstdint>
#include <span>
#include <vector>

namespace cohort {

/// The value with the most weight, of equals the lowest.
struct Mode {
  float value = 0;
  std::int64_t weight = -1;

  void see(float other, std::int64_t other_weight) {
    if (other_weight > weight || (other_weight == weight && other < value))
      *this = {other, other_weight};
  }
};

struct Modes {
  std::vector<Mode> of;      ///< every group, and everyone in place of the last group
  std::size_t distinct = 0;  ///< values, -0 and 0 are one
};

/// \param values   n
/// \param groups   n, in [0, group_count)
/// \param weights  n, not negative
[[nodiscard]] Modes modes_of(std::span<const float> values, std::span<const std::uint32_t> groups,
                             std::span<const std::int64_t> weights, std::size_t group_count);

}  // namespace cohort
