#pragma once
/// From the clusters of a fit's rows to those of the input.

#include <cstdint>
#include <span>

#include "cohort/backend.hpp"

namespace cohort {

/// Which input rows the fit's rows stand for.
struct InputRows {
  std::span<const std::int32_t> group;  ///< n
  std::span<const std::int64_t> first;  ///< m
};

/// The clusters of a fit over all input rows, by falling size, ties by lowest first member.
[[nodiscard]] AffinityResult numbered(AffinityFit fit, const InputRows& rows);

}  // namespace cohort
