#pragma once
/// Kernels' inner loop: distances of the rows in the lanes from a few centres.

#include <cstdint>

#include "host/cpu/data_set.hpp"
#include "host/cpu/simd.hpp"

namespace cohort::cpu {

/// The squared distances of W rows at `x` from T centres, features in index order. T at a time give
/// the processor T independent chains of additions.
/// \tparam D  the number of features where it is known, so that rows stay in registers; else 0
template <int W, int T, int D>
[[gnu::always_inline]] inline void center_distances(const float* x, std::int64_t d,
                                                    const float* centers,
                                                    typename Lanes<W>::F (&distances)[T]) {
  using F = typename Lanes<W>::F;
  const std::int64_t features = D > 0 ? D : d;
#pragma GCC unroll 8
  for (std::int64_t j = 0; j < features; ++j) {
    const F value = *reinterpret_cast<const F*>(x + j * kBlock);
#pragma GCC unroll 8
    for (int t = 0; t < T; ++t) {
      const F difference = value - centers[t * features + j];
      distances[t] = Lanes<W>::fma(difference, difference, distances[t]);
    }
  }
}

/// Calls f.operator()<D>(), D the number of features where there are few, else 0.
template <class F>
void with_features(std::int64_t d, const F& f) {
  switch (d) {
    case 1:
      return f.template operator()<1>();
    case 2:
      return f.template operator()<2>();
    case 3:
      return f.template operator()<3>();
    case 4:
      return f.template operator()<4>();
    case 5:
      return f.template operator()<5>();
    case 6:
      return f.template operator()<6>();
    case 7:
      return f.template operator()<7>();
    case 8:
      return f.template operator()<8>();
    default:
      return f.template operator()<0>();
  }
}

}  // namespace cohort::cpu
