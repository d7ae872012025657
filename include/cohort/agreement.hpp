#pragma once
/// How two labellings of the same rows agree.

#include <cstdint>
#include <span>
#include <vector>

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
/// The same from their contingency.
[[nodiscard]] double adjusted_rand_index(const Matrix<std::int64_t>& contingency);

/// Mutual information by the arithmetic mean of both entropies, scikit-learn's
/// normalized_mutual_info_score; 1 where both have at most one cluster.
[[nodiscard]] double normalized_mutual_info(const Matrix<std::int64_t>& contingency);

/// Whether so many clusters on either side can be matched in the best way: fewer^2 x more is time.
[[nodiscard]] bool is_matched_best(std::int64_t clusters_of_a, std::int64_t clusters_of_b);

/// For each row of the contingency the column it is matched with, one to one; -1 where none is left
/// or they have nothing in common. As many as possible are in matched cells or, where
/// is_matched_best() says no, the largest cells are matched first, ties the lowest row, then
/// column.
[[nodiscard]] std::vector<std::int32_t> best_partners(const Matrix<std::int64_t>& contingency);

}  // namespace cohort
