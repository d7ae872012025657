#pragma once
/// The inertia of a finished restart.

#include "cohort/large_memory.hpp"
#include "cohort/weighted_sum.hpp"

#include "host/cpu/operations.hpp"

namespace cohort::cpu {

/// The sum of weight x squared distance from the nearest centre, wide, on the grid of the largest
/// distance.
/// \param distances  room for a lane each
/// \throws DataError when a distance is beyond float32
[[nodiscard]] double inertia_of(const CpuDataSet& data, const RowWeighting& weighting,
                                MatrixView<const float> centers, LargeVector<float>& distances,
                                Machine machine);

}  // namespace cohort::cpu
