#pragma once
/// 64-bit hashes of rows: equal rows share one, others hardly ever.

#include <cstdint>

#include "host/cpu/data_set.hpp"
#include "host/cpu/simd.hpp"

namespace cohort::cpu {

/// \param hashes  16 for each of the blocks [first, last)
void hash_rows(const CpuDataSet& data, std::int64_t first, std::int64_t last, std::uint64_t* hashes,
               Isa isa);

}  // namespace cohort::cpu
