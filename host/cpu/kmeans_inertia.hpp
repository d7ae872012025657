#pragma once
/// The inertia of a finished restart.

#include <vector>

#include "host/cpu/operations.hpp"

namespace cohort::cpu {

/// The sum of weight x distance, wide, on the grid of its largest term.
/// \param distances  a lane each, 0 behind the last row
/// \throws DataError when a distance is beyond float32
[[nodiscard]] double weighted_total(const CpuDataSet& data, const std::vector<float>& distances,
                                    Machine machine);

}  // namespace cohort::cpu
