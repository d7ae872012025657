#pragma once
/// Rows to time operations on, each value computed from its place alone: every backend makes the
/// same ones where it needs them.

#include <cstdint>

#include "cohort/arithmetic.hpp"

namespace cohort {

/// n x d values around k seeded centres in turn, so close that K-means has work to do.
struct SyntheticRows {
  std::int64_t rows = 0;
  std::int64_t features = 0;
  std::int64_t clusters = 1;
  std::uint64_t seed = 0;
};

/// In [-1, 1).
COHORT_SHARED_CODE double centred_uniform(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-52 - 1;
}

inline constexpr std::uint64_t kRowStream = 0x726f7773;     // "rows"
inline constexpr std::uint64_t kCenterStream = 0x63656e74;  // "cent"

/// The value of feature j in row i.
COHORT_SHARED_CODE float synthetic_value(const SyntheticRows& of, std::int64_t i, std::int64_t j) {
  const RandomBits noise =
      philox(of.seed, kRowStream, static_cast<std::uint64_t>(i * of.features + j));
  const RandomBits middle =
      philox(of.seed, kCenterStream, static_cast<std::uint64_t>(i % of.clusters * of.features + j));
  return static_cast<float>(1.5 * centred_uniform(middle.low()) + centred_uniform(noise.low()) +
                            centred_uniform(noise.high()));
}

}  // namespace cohort
