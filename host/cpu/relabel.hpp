#pragma once
/// New labels for some blocks of rows, and how far centres may move before they change again.

#include <cstdint>

#include "cohort/matrix.hpp"

#include "host/cpu/label_gaps.hpp"
#include "host/cpu/simd.hpp"

namespace cohort::cpu {

/// The labels of nearest_centers() for the blocks numbered `blocks` (`count` of them) from block 0
/// at `x` on.
/// \param labels  16 for each of them, one after another
/// \param gaps    of each, the least of its rows' (label_gaps.hpp)
/// \tparam Label  std::uint8_t (up to 256 centres) or std::int32_t
template <class Label>
void relabel_blocks(Isa isa, const float* x, const std::int32_t* blocks, std::int64_t count,
                    MatrixView<const float> centers, const GapRule& rule, Label* labels,
                    float* gaps);

}  // namespace cohort::cpu
