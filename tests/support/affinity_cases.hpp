#pragma once
/// Points and parameters that several tests of affinity propagation use.

#include <cstdint>

#include "cohort/affinity.hpp"
#include "cohort/arithmetic.hpp"
#include "cohort/matrix.hpp"

namespace cohort::testing {

[[nodiscard]] inline AffinityParams with(double damping, std::int64_t max_iter,
                                         std::int64_t convergence_iter) {
  AffinityParams params;
  params.damping = damping;
  params.max_iter = max_iter;
  params.convergence_iter = convergence_iter;
  return params;
}

/// In [0, 1).
[[nodiscard]] inline double draw(std::uint64_t seed, std::uint64_t index) {
  return static_cast<double>(philox(seed, 1, index).low() >> 11) * 0x1p-53;
}

/// n x d points around `centers` random places in a cube of side 20; one centre for each point:
/// uniform.
[[nodiscard]] inline Matrix<float> points_around(std::int64_t centers, std::int64_t n,
                                                 std::int64_t d, std::uint64_t seed) {
  Matrix<float> x(n, d);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t f = 0; f < d; ++f) {
      const auto at = static_cast<std::uint64_t>(i * d + f);
      double spread = 0;
      for (std::uint64_t term = 0; term < 4; ++term) spread += draw(seed, 4 * at + term) - 0.5;
      const double center = 20 * draw(seed + 1000, static_cast<std::uint64_t>(i % centers * d + f));
      x(i, f) = static_cast<float>(center + 2 * spread);
    }
  return x;
}

}  // namespace cohort::testing
