#pragma once
/// Checks that every kind of affinity propagation makes before it starts.

#include <cstdint>

#include "cohort/affinity.hpp"

namespace cohort {

/// \param rows  of the input, not collapsed
/// \throws UsageError naming the flag, DataError when there are no rows
void validate(const AffinityParams& params, std::int64_t rows);

}  // namespace cohort
