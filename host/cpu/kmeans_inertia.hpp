#pragma once
/// The inertia of a finished restart.

#include <vector>

#include "cohort/weighted_sum.hpp"

#include "host/cpu/operations.hpp"

namespace cohort::cpu {

/// The sum of weight x distance, wide, on the grid of the largest distance.
/// \param distances  a lane each, 0 behind the last row
/// \throws DataError when a distance is beyond float32
[[nodiscard]] double weighted_total(const CpuDataSet& data, const RowWeighting& weighting,
                                    const std::vector<float>& distances, Machine machine);

}  // namespace cohort::cpu
