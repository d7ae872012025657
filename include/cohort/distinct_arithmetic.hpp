#pragma once
/// What tells rows apart: shared by every backend.

#include <bit>
#include <cstdint>
#include <limits>
#include <string>

#include "cohort/arithmetic.hpp"
#include "cohort/error.hpp"

namespace cohort {

/// The bits that tell values apart: -0 is 0.
[[gnu::always_inline]] COHORT_SHARED_CODE std::uint32_t identity(float value) {
#if defined(__CUDA_ARCH__)
  return __float_as_uint(value + 0.0F);
#else
  return std::bit_cast<std::uint32_t>(value + 0.0F);
#endif
}

/// A row's hash before its first feature.
inline constexpr std::uint64_t kNoHash = 0x9E3779B97F4A7C15U;

/// A row's hash with one more feature (mixing steps of MurmurHash3). Different rows may share one.
[[gnu::always_inline]] COHORT_SHARED_CODE std::uint64_t hash_with(std::uint64_t hash, float value) {
  const std::uint64_t mixed = (hash ^ identity(value)) * 0xFF51AFD7ED558CCDU;
  return mixed ^ (mixed >> 32);
}

/// Groups are numbered in 31 bits.
inline void require_countable_rows(std::int64_t rows) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (rows > kMost)
    throw DataError(std::to_string(rows) + " rows are too many to look for duplicates; at most " +
                    std::to_string(kMost) + " are taken");
}

}  // namespace cohort
