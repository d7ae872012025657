#include "host/cpu/relabel.hpp"

#include <algorithm>
#include <limits>

#include "host/cpu/center_distances.hpp"

namespace cohort::cpu {

namespace {

template <int W>
struct NearestTwo {
  typename Lanes<W>::F first, second;
  typename Lanes<W>::I label;
};

template <int W>
[[gnu::always_inline]] inline typename Lanes<W>::F smaller(typename Lanes<W>::F a,
                                                           typename Lanes<W>::F b) {
  return a < b ? a : b;
}

template <int W, int T, int D>
[[gnu::always_inline]] inline void try_centers(const float* x, std::int64_t d, const float* centers,
                                               std::int64_t from, NearestTwo<W>& nearest) {
  using F = typename Lanes<W>::F;
  using I = typename Lanes<W>::I;
  F distances[T] = {};
  center_distances<W, T, D>(x, d, centers + from * d, distances);
#pragma GCC unroll 8
  for (int t = 0; t < T; ++t) {
    const auto closer = distances[t] < nearest.first;
    const F farther = closer ? nearest.first : distances[t];
    nearest.first = closer ? distances[t] : nearest.first;
    nearest.label = closer ? I{} + static_cast<std::int32_t>(from + t) : nearest.label;
    nearest.second = smaller<W>(farther, nearest.second);
  }
}

template <int W>
[[gnu::always_inline]] inline typename Lanes<W>::F gaps_of(const NearestTwo<W>& nearest,
                                                           const GapRule* rule) {
  using F = typename Lanes<W>::F;
  const F second =
      Lanes<W>::root(smaller<W>(nearest.second, F{} + GapRule::kMostSecond)) * rule->second_part;
  return second - Lanes<W>::root(nearest.first) * rule->first_part - rule->constant;
}

// Blocks far apart are no stream that a processor sees by itself.
template <int D>
[[gnu::always_inline]] inline void fetch(const float* block) {
#pragma GCC unroll 8
  for (int j = 0; j < D; ++j) __builtin_prefetch(block + j * kBlock);
}

template <class Label, int D>
struct Relabel {
  static constexpr std::int64_t kAhead = 8;

  template <int W>
  [[gnu::always_inline]] static void run(const float* x, const std::int32_t* blocks,
                                         std::int64_t count, std::int64_t d, const float* centers,
                                         std::int64_t k, const GapRule* rule, Label* labels,
                                         float* gaps) {
    using F = typename Lanes<W>::F;
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    for (std::int64_t i = 0; i < count; ++i, labels += kBlock) {
      const float* block = x + blocks[i] * d * kBlock;
      fetch<D>(x + blocks[std::min(i + kAhead, count - 1)] * d * kBlock);
      F least = F{} + kInfinity;
      for (int lane = 0; lane < kBlock; lane += W) {
        NearestTwo<W> nearest = {F{} + kInfinity, F{} + kInfinity, {}};
        std::int64_t c = 0;
        for (; c + 8 <= k; c += 8) try_centers<W, 8, D>(block + lane, d, centers, c, nearest);
        if (c + 4 <= k) {
          try_centers<W, 4, D>(block + lane, d, centers, c, nearest);
          c += 4;
        }
        if (k - c == 3) try_centers<W, 3, D>(block + lane, d, centers, c, nearest);
        if (k - c == 2) try_centers<W, 2, D>(block + lane, d, centers, c, nearest);
        if (k - c == 1) try_centers<W, 1, D>(block + lane, d, centers, c, nearest);
        for (int l = 0; l < W; ++l) labels[lane + l] = static_cast<Label>(nearest.label[l]);
        least = smaller<W>(gaps_of<W>(nearest, rule), least);
      }
      gaps[i] = Lanes<W>::least(least);
    }
  }
};

}  // namespace

template <class Label>
void relabel_blocks(Isa isa, const float* x, const std::int32_t* blocks, std::int64_t count,
                    MatrixView<const float> centers, const GapRule& rule, Label* labels,
                    float* gaps) {
  with_features(centers.cols(), [&]<int D>() {
    dispatch<Relabel<Label, D>>(isa, x, blocks, count, centers.cols(), centers.data(),
                                centers.rows(), &rule, labels, gaps);
  });
}

template void relabel_blocks(Isa, const float*, const std::int32_t*, std::int64_t,
                             MatrixView<const float>, const GapRule&, std::uint8_t*, float*);
template void relabel_blocks(Isa, const float*, const std::int32_t*, std::int64_t,
                             MatrixView<const float>, const GapRule&, std::int32_t*, float*);

}  // namespace cohort::cpu
