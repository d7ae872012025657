#pragma once
/// What a person must be told about a fit of affinity propagation.

#include "cohort/affinity.hpp"
#include "cohort/notice.hpp"

namespace cohort {

[[nodiscard]] Notices notices_of(const AffinityResult& result);

}  // namespace cohort
