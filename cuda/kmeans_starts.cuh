#pragma once
/// Starting from rows: a warp draws each restart's, a block brings them to where centres lie. A
/// draw takes some 5 us.

#include "cuda/draws.cuh"
#include "cuda/kmeans_restarts.hpp"
#include "cuda/nearest_narrow.cuh"

namespace cohort::cuda {

/// A drawn row's weight term, and the sum of those before it.
struct Taken {
  std::uint64_t before, weight;
};

/// What draw_rows() draws: `count` different rows for each restart.
struct RowDraws {
  DrawChunks chunks;
  const std::uint64_t* prefixes;  ///< of the chunks' weight terms
  std::int64_t total;             ///< of the weight terms
  std::uint64_t seed;
  std::int64_t first_restart;
  std::int64_t count;
  Taken* taken;           ///< restarts x count
  std::int64_t* rows;     ///< restarts x count
  std::int64_t* refused;  ///< which draw found no row left; none: untouched
};

/// Called by a whole warp: the u among all rows of the one among the rows not taken: it counts on
/// by the weights of the taken rows that it passes, until it passes no more.
__device__ inline std::uint64_t past_taken(std::uint64_t u, const Taken* taken,
                                           std::int64_t count) {
  for (std::uint64_t among_all = u;;) {
    std::uint64_t passed = 0;
    for (std::int64_t i = threadIdx.x % 32; i < count; i += 32)
      if (taken[i].before <= among_all) passed += taken[i].weight;
    passed = __shfl_sync(~0U, warp_total(passed), 0);
    if (u + passed == among_all) return among_all;
    among_all = u + passed;
  }
}

/// A warp for each restart. Draw c of a restart has index c.
__global__ void __launch_bounds__(32, 8) draw_rows(Tiles data, RowTerms terms, RowDraws draws) {
  const std::int64_t restart = blockIdx.x;
  Taken* const taken = draws.taken + restart * draws.count;
  std::int64_t left = draws.total;
  const auto weight_term = [&](std::int64_t row) {
    return terms.terms.weight_term(RowTerms::weight(data, row));
  };
  for (std::int64_t c = 0; c < draws.count; ++c) {
    if (left == 0) {  // in all restarts at the same draw
      if (threadIdx.x == 0 && restart == 0) *draws.refused = c;
      return;
    }
    const std::uint64_t u =
        past_taken(start_draw(draws.seed, draws.first_restart + restart, c, left), taken, c);
    const Drawn drawn = find_row(u, draws.prefixes, draws.chunks, data, weight_term);
    const std::int64_t weight = weight_term(drawn.row);
    if (threadIdx.x == 0) {
      taken[c] = {drawn.before, static_cast<std::uint64_t>(weight)};
      draws.rows[restart * draws.count + c] = drawn.row;
    }
    __syncwarp();
    left -= weight;
  }
}

/// A block for each restart. rows: restarts x k.
__global__ void __launch_bounds__(256, 4)
    place_rows(Tiles data, Restarts restarts, const std::int64_t* rows) {
  const CenterLayout& layout = restarts.layout;
  const std::int64_t* const of_restart = rows + blockIdx.x * layout.clusters;
  for (std::int64_t i = threadIdx.x; i < layout.clusters * layout.features; i += blockDim.x) {
    const std::int64_t c = i / layout.features;
    const std::int64_t j = i % layout.features;
    restarts.centers_of(blockIdx.x)[layout.at(c, j)] = data.at(of_restart[c], j);
  }
}

/// A block for each restart: the norms of its first centres, in fours.
__global__ void __launch_bounds__(256, 4) measure_centers(Restarts restarts) {
  SHARED(largest_norm, unsigned);
  const CenterLayout& layout = restarts.layout;
  float* const centers = restarts.centers_of(blockIdx.x);
  if (threadIdx.x == 0) largest_norm = 0;
  __syncthreads();
  for (std::int64_t c = threadIdx.x; c < layout.filled(); c += blockDim.x) {
    double norm = 0;
    for (std::int64_t j = 0; j < layout.features; ++j) {
      const auto value = static_cast<double>(centers[layout.at(c, j)]);
      norm += value * value;
    }
    const bool fills_up = c >= layout.clusters;
    centers[layout.half_norm(c)] = fills_up ? kBeyond : static_cast<float>(norm / 2);
    if (!fills_up) atomicMax(&largest_norm, __float_as_uint(static_cast<float>(norm)));
  }
  __syncthreads();
  if (threadIdx.x == 0) restarts.states[blockIdx.x].largest_norm = __uint_as_float(largest_norm);
}

}  // namespace cohort::cuda
