#pragma once
/// How two labellings of the same rows agree.

#include <cstdint>
#include <span>

#include "cohort/matrix.hpp"

namespace cohort {

/// counts(a, b): rows labelled a by the first and b by the second; rows with a negative label on
/// either side are left out. Size (largest a + 1) x (largest b + 1).
[[nodiscard]] Matrix<std::int64_t> contingency(std::span<const std::int32_t> a,
                                               std::span<const std::int32_t> b);

/// Adjusted Rand index (Hubert & Arabie 1985), from exact integer pair counts; 1 for identical
/// partitions.
[[nodiscard]] double adjusted_rand_index(std::span<const std::int32_t> a,
                                         std::span<const std::int32_t> b);

}  // namespace cohort
