#pragma once
/// The member of a cluster that stands for it.

#include <cstdint>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/parallel.hpp"

#include "host/engine/profile_groups.hpp"

namespace cohort {

/// Both give a row of x for each group but the last, pass over rows without weight where others of
/// the group have some, give the lowest of equals, and -1 for nobody.

/// The members with the least weighted sum of distances to the others: all pairs.
[[nodiscard]] std::vector<std::int64_t> central_members(MatrixView<const float> x,
                                                        const Grouping& grouping, ThreadPool& pool);

/// The members nearest to their group's weighted mean.
[[nodiscard]] std::vector<std::int64_t> mean_members(MatrixView<const float> x,
                                                     const Grouping& grouping, ThreadPool& pool);

}  // namespace cohort
