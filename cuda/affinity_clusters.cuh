#pragma once
/// From exemplars to clusters, a thread a row; lanes are neighbouring rows. K exemplars: n K pairs
/// to join, the sum of squared cluster sizes for totals; each takes d loads that all lanes share, d
/// that are a line of a tile (or scattered, in totals), and 2 d operations. At d = 6 about 50
/// instructions a pair: K = 1,000 or 50 equal clusters at n = 50,000 are 0.1 ms, one cluster of all
/// 5 ms, once or twice a fit.

#include "cohort/exact_sum.hpp"

#include "cuda/affinity_similarities.cuh"

namespace cohort::cuda {

inline constexpr unsigned kClusterThreads = 128;

__device__ inline std::int64_t thread_in_grid() {
  return static_cast<std::int64_t>(blockIdx.x) * kClusterThreads + threadIdx.x;
}

/// labels[i]: the exemplar most similar to row i, ties the lowest. exemplars: `count`, ascending.
template <class Source>
__global__ void __launch_bounds__(kClusterThreads)
    join_exemplars(Source source, const std::int64_t* exemplars, std::int64_t count,
                   std::int32_t* labels) {
  const std::int64_t i = thread_in_grid();
  if (i >= source.rows()) return;
  float best = source.similarity(i, exemplars[0], 1.0F);
  std::int32_t label = 0;
  for (std::int64_t k = 1; k < count; ++k) {
    const float s = source.similarity(i, exemplars[k], 1.0F);
    if (s > best) {
      best = s;
      label = static_cast<std::int32_t>(k);
    }
  }
  labels[i] = label;
}

/// totals[j]: the sum of w_i s(i,j) over the others i of j's cluster, on the grid; its own is 0.
/// members: all rows by cluster, ascending in each; begin: where each cluster begins, and the end.
template <class Source>
__global__ void __launch_bounds__(kClusterThreads)
    add_members(Source source, const std::int32_t* labels, const std::int64_t* members,
                const std::int64_t* begin, double steps_per_unit, std::int64_t* totals) {
  const std::int64_t at = thread_in_grid();
  if (at >= source.rows()) return;
  const std::int64_t j = members[at];
  const std::int64_t end = begin[labels[j] + 1];
  std::uint64_t total = 0;
  for (std::int64_t other = begin[labels[j]]; other < end; ++other) {
    const std::int64_t i = members[other];
    const auto s = static_cast<double>(source.similarity(i, j, source.weight(i)));
    total += grid_integer(s * steps_per_unit);
  }
  totals[j] = static_cast<std::int64_t>(total);
}

/// similarities[i] = w_i s(i, columns[i]).
template <class Source>
__global__ void __launch_bounds__(kClusterThreads)
    take_similarities(Source source, const std::int64_t* columns, float* similarities) {
  const std::int64_t i = thread_in_grid();
  if (i < source.rows()) similarities[i] = source.similarity(i, columns[i], source.weight(i));
}

}  // namespace cohort::cuda
