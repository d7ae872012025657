#include "host/cpu/kmeans_sums.hpp"

namespace cohort::cpu {

namespace {

// A few clusters: lanes are added where their label is the cluster's, and the last cluster gets
// what is left of all lanes.
template <class Label>
struct AddToFewClusters {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t blocks, std::int64_t d,
                                         const Label* labels, std::int64_t k,
                                         KMeansSums::Terms terms, std::int64_t* values,
                                         std::int64_t* weights) {
    add_others_to_last<1>(k, d, values, weights);
    std::int64_t c = 0;
    for (; c + 4 < k; c += 4) add<W, 4, false>(x, blocks, d, labels, c, terms, values, weights);
    if (k - c == 4) add<W, 3, true>(x, blocks, d, labels, c, terms, values, weights);
    if (k - c == 3) add<W, 2, true>(x, blocks, d, labels, c, terms, values, weights);
    if (k - c == 2) add<W, 1, true>(x, blocks, d, labels, c, terms, values, weights);
    if (k - c == 1) add<W, 0, true>(x, blocks, d, labels, c, terms, values, weights);
    add_others_to_last<-1>(k, d, values, weights);
  }

  template <int kSign>
  static void add_others_to_last(std::int64_t k, std::int64_t d, std::int64_t* values,
                                 std::int64_t* weights) {
    for (std::int64_t c = 0; c + 1 < k; ++c) {
      weights[k - 1] += kSign * weights[c];
      for (std::int64_t j = 0; j < d; ++j) values[(k - 1) * d + j] += kSign * values[c * d + j];
    }
  }

  // T clusters from `first` on; and all of them, where the next one is the last.
  template <int W, int T, bool kAll>
  [[gnu::always_inline]] static void add(const float* x, std::int64_t blocks, std::int64_t d,
                                         const Label* labels, std::int64_t first,
                                         const KMeansSums::Terms& terms, std::int64_t* values,
                                         std::int64_t* weights) {
    std::int64_t j = 0;
    for (; j + 2 <= d; j += 2)
      add_features<W, T, kAll, 2>(x, blocks, d, j, labels, first, terms, values);
    if (j < d) add_features<W, T, kAll, 1>(x, blocks, d, j, labels, first, terms, values);
    using L = typename Lanes<W>::L;
    L sums[T + 1] = {};
    for (std::int64_t row = 0; row < blocks * kBlock; row += W)
      add_lanes<W, T, kAll>(terms.row_weights<W>(row), widened<W>(labels + row), first, sums);
    put<W, T, kAll>(sums, weights + first, 1);
  }

  // Features together, so that labels are compared once for all of them.
  template <int W, int T, bool kAll, int kFeatures>
  [[gnu::always_inline]] static void add_features(const float* x, std::int64_t blocks,
                                                  std::int64_t d, std::int64_t j,
                                                  const Label* labels, std::int64_t first,
                                                  const KMeansSums::Terms& terms,
                                                  std::int64_t* values) {
    using L = typename Lanes<W>::L;
    L sums[kFeatures][T + 1] = {};
    for (std::int64_t row = 0; row < blocks * kBlock; row += W) {
      const L owner = widened<W>(labels + row);
#pragma GCC unroll 2
      for (int f = 0; f < kFeatures; ++f)
        add_lanes<W, T, kAll>(terms.values<W>(lanes_at(x, d, row, j + f), terms.steps[j + f], row),
                              owner, first, sums[f]);
    }
#pragma GCC unroll 2
    for (int f = 0; f < kFeatures; ++f) put<W, T, kAll>(sums[f], values + first * d + j + f, d);
  }

  template <int W>
  [[gnu::always_inline]] static typename Lanes<W>::L widened(const Label* labels) {
    typename Lanes<W>::L result;
    for (int i = 0; i < W; ++i) result[i] = labels[i];
    return result;
  }

  template <int W, int T, bool kAll>
  [[gnu::always_inline]] static void add_lanes(typename Lanes<W>::L term,
                                               typename Lanes<W>::L owner, std::int64_t first,
                                               typename Lanes<W>::L* sums) {
#pragma GCC unroll 4
    for (int t = 0; t < T; ++t) sums[t] = owner == first + t ? sums[t] + term : sums[t];
    if (kAll) sums[T] += term;
  }

  template <int W, int T, bool kAll>
  [[gnu::always_inline]] static void put(const typename Lanes<W>::L* sums, std::int64_t* to,
                                         std::int64_t stride) {
#pragma GCC unroll 4
    for (int t = 0; t < T + (kAll ? 1 : 0); ++t) to[t * stride] += Lanes<W>::total(sums[t]);
  }
};

// Many clusters: terms are made in lanes and added one by one.
template <class Label>
struct AddToManyClusters {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t blocks, std::int64_t d,
                                         const Label* labels, KMeansSums::Terms terms,
                                         std::int64_t* values, std::int64_t* weights) {
    using L = typename Lanes<W>::L;
    for (std::int64_t row = 0; row < blocks * kBlock; row += W) {
      std::int64_t* of_lane[W];
      const L weight = terms.row_weights<W>(row);
      for (int i = 0; i < W; ++i) {
        of_lane[i] = values + labels[row + i] * d;
        weights[labels[row + i]] += weight[i];
      }
      for (std::int64_t j = 0; j < d; ++j) {
        const L term = terms.values<W>(lanes_at(x, d, row, j), terms.steps[j], row);
#pragma GCC unroll 8
        for (int i = 0; i < W; ++i) of_lane[i][j] += term[i];
      }
    }
  }
};

}  // namespace

template <class Label>
void KMeansSums::add_to_clusters(Isa isa, const float* x, std::int64_t first_block,
                                 std::int64_t blocks, const Label* labels, std::int64_t clusters,
                                 std::int64_t* values, std::int64_t* weights) const {
  const auto d = static_cast<std::int64_t>(steps_.size());
  const Terms terms = terms_from(first_block);
  if (clusters <= kFewClusters)
    dispatch_doubles<AddToFewClusters<Label>>(isa, x, blocks, d, labels, clusters, terms, values,
                                              weights);
  else
    dispatch_doubles<AddToManyClusters<Label>>(isa, x, blocks, d, labels, terms, values, weights);
}

template void KMeansSums::add_to_clusters(Isa, const float*, std::int64_t, std::int64_t,
                                          const std::uint8_t*, std::int64_t, std::int64_t*,
                                          std::int64_t*) const;
template void KMeansSums::add_to_clusters(Isa, const float*, std::int64_t, std::int64_t,
                                          const std::int32_t*, std::int64_t, std::int64_t*,
                                          std::int64_t*) const;

}  // namespace cohort::cpu
