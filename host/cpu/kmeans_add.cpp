#include "host/cpu/kmeans_sums.hpp"

namespace cohort::cpu {

namespace {

// Adds each lane's term to the sum of the cluster that owns it, T clusters at a time.
template <int W, int T>
[[gnu::always_inline]] inline void add_masked(typename Lanes<W>::L term, typename Lanes<W>::L owner,
                                              std::int64_t first, typename Lanes<W>::L* sums) {
#pragma GCC unroll 4
  for (int t = 0; t < T; ++t) sums[t] = owner == first + t ? sums[t] + term : sums[t];
}

struct AddToClusters {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t blocks, std::int64_t d,
                                         const std::int64_t* owners, std::int64_t k,
                                         KMeansSums::Terms terms, std::int64_t* values,
                                         std::int64_t* weights) {
    std::int64_t c = 0;
    for (; c + 4 <= k; c += 4) add<W, 4>(x, blocks, d, owners, c, terms, values, weights);
    if (k - c == 3) add<W, 3>(x, blocks, d, owners, c, terms, values, weights);
    if (k - c == 2) add<W, 2>(x, blocks, d, owners, c, terms, values, weights);
    if (k - c == 1) add<W, 1>(x, blocks, d, owners, c, terms, values, weights);
  }

  template <int W, int T>
  [[gnu::always_inline]] static void add(const float* x, std::int64_t blocks, std::int64_t d,
                                         const std::int64_t* owners, std::int64_t first,
                                         const KMeansSums::Terms& terms, std::int64_t* values,
                                         std::int64_t* weights) {
    using L = typename Lanes<W>::L;
    const std::int64_t lanes = blocks * kBlock;
    for (std::int64_t j = 0; j < d; ++j) {
      const double steps = terms.steps[j];
      L sums[T] = {};
      for (std::int64_t row = 0; row < lanes; row += W)
        add_masked<W, T>(terms.values<W>(lanes_at(x, d, row, j), steps, row),
                         *reinterpret_cast<const L*>(owners + row), first, sums);
#pragma GCC unroll 4
      for (int t = 0; t < T; ++t) values[(first + t) * d + j] += Lanes<W>::total(sums[t]);
    }
    L sums[T] = {};
    for (std::int64_t row = 0; row < lanes; row += W)
      add_masked<W, T>(terms.row_weights<W>(row), *reinterpret_cast<const L*>(owners + row), first,
                       sums);
#pragma GCC unroll 4
    for (int t = 0; t < T; ++t) weights[first + t] += Lanes<W>::total(sums[t]);
  }
};

}  // namespace

void KMeansSums::add_to_clusters(Isa isa, const float* x, std::int64_t first_block,
                                 std::int64_t blocks, const std::int64_t* owners,
                                 std::int64_t clusters, std::int64_t* values,
                                 std::int64_t* weights) const {
  dispatch_doubles<AddToClusters>(isa, x, blocks, static_cast<std::int64_t>(steps_.size()), owners,
                                  clusters, terms_from(first_block), values, weights);
}

}  // namespace cohort::cpu
