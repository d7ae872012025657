#include "host/cpu/nearest.hpp"

#include <limits>

#include "host/cpu/center_distances.hpp"

namespace cohort::cpu {

namespace {

template <int W>
struct Best {
  typename Lanes<W>::F distance;
  typename Lanes<W>::I label;
};

template <int W, int T, int D>
[[gnu::always_inline]] inline void try_centers(const float* x, std::int64_t d, const float* centers,
                                               std::int64_t first, Best<W>& best) {
  using F = typename Lanes<W>::F;
  using I = typename Lanes<W>::I;
  F distances[T] = {};
  center_distances<W, T, D>(x, d, centers + first * d, distances);
#pragma GCC unroll 8
  for (int t = 0; t < T; ++t) {
    const auto closer = distances[t] < best.distance;
    best.distance = closer ? distances[t] : best.distance;
    best.label = closer ? I{} + static_cast<std::int32_t>(first + t) : best.label;
  }
}

template <class Label, int D>
struct Nearest {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t blocks, std::int64_t d,
                                         const float* centers, std::int64_t k, Label* labels,
                                         float* distances) {
    using F = typename Lanes<W>::F;
    for (std::int64_t part = 0; part < blocks * (kBlock / W); ++part) {
      const std::int64_t row = part * W;
      const float* lanes = lanes_at(x, d, row, 0);
      Best<W> best = {F{} + std::numeric_limits<float>::infinity(), {}};
      std::int64_t c = 0;
      for (; c + 8 <= k; c += 8) try_centers<W, 8, D>(lanes, d, centers, c, best);
      if (c + 4 <= k) {
        try_centers<W, 4, D>(lanes, d, centers, c, best);
        c += 4;
      }
      if (k - c == 3) try_centers<W, 3, D>(lanes, d, centers, c, best);
      if (k - c == 2) try_centers<W, 2, D>(lanes, d, centers, c, best);
      if (k - c == 1) try_centers<W, 1, D>(lanes, d, centers, c, best);
      for (int i = 0; i < W; ++i) labels[row + i] = static_cast<Label>(best.label[i]);
      *reinterpret_cast<F*>(distances + row) = best.distance;
    }
  }
};

}  // namespace

template <class Label>
void nearest_centers(Isa isa, const float* x, std::int64_t blocks, MatrixView<const float> centers,
                     Label* labels, float* distances) {
  with_features(centers.cols(), [&]<int D>() {
    dispatch<Nearest<Label, D>>(isa, x, blocks, centers.cols(), centers.data(), centers.rows(),
                                labels, distances);
  });
}

template void nearest_centers(Isa, const float*, std::int64_t, MatrixView<const float>,
                              std::uint8_t*, float*);
template void nearest_centers(Isa, const float*, std::int64_t, MatrixView<const float>,
                              std::int32_t*, float*);

}  // namespace cohort::cpu
