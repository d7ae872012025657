#pragma once
/// The nearest centre of each row: direct float32 differences, features in index order, the lowest
/// index wins ties.

#include <cstdint>

#include "cohort/matrix.hpp"

#include "host/cpu/simd.hpp"

namespace cohort::cpu {

/// For `blocks` blocks of 16 rows of d features at `x`: labels and squared distances of all lanes,
/// 16 a block. A row whose distances are all beyond float32 gets label 0 and distance infinity.
/// \tparam Label  std::uint8_t (up to 256 centres) or std::int32_t
template <class Label>
void nearest_centers(Isa isa, const float* x, std::int64_t blocks, MatrixView<const float> centers,
                     Label* labels, float* distances);

}  // namespace cohort::cpu
