#pragma once
/// What rows that change their cluster take along. A restart's sums are k x d value terms, then k
/// weight terms; rows that had no cluster yet (label -1) only arrive.

#include "cohort/kmeans_terms.hpp"

#include "cuda/data_set.hpp"
#include "cuda/exact_sums.cuh"

namespace cohort::cuda {

/// Labels of up to 255 clusters in a byte each.
struct Labels {
  void* values;
  bool narrow;

  [[nodiscard]] static __host__ __device__ bool fits_bytes(std::int64_t clusters) {
    return clusters <= 255;
  }
  [[nodiscard]] __device__ int at(std::int64_t row) const {
    if (!narrow) return static_cast<const std::int32_t*>(values)[row];
    const int label = static_cast<const std::uint8_t*>(values)[row];
    return label == 255 ? -1 : label;
  }
  __device__ void set(std::int64_t row, int label) const {
    if (narrow)
      static_cast<std::uint8_t*>(values)[row] = static_cast<std::uint8_t>(label);
    else
      static_cast<std::int32_t*>(values)[row] = label;
  }
};

/// How rows become terms.
struct RowTerms {
  KMeansTerms terms;
  const double* steps;  ///< d: in a unit of each feature's grid
};

/// Sums of one restart: of a block, in shared memory in two halves; or of all, in the GPU's memory.
struct SumsOfClusters {
  unsigned* low;  ///< null: in the GPU's memory
  unsigned* high;
  WrappingSum* sums;

  __device__ void add(std::int64_t slot, std::uint64_t term) const {
    if (low != nullptr)
      add_in_halves(term, low + slot, high + slot);
    else
      atomicAdd(sums + slot, static_cast<WrappingSum>(term));
  }
};

/// Called by a whole warp, a lane for a row of the tile: moves the rows that change from one
/// cluster's sums to another's.
///
/// Late in a fit few rows of a warp change, so lanes are features and rows take turns, 32 / kLanes
/// at a time: neighbouring lanes add in neighbouring banks, and nothing is spent on the others.
/// About 35 instructions for each turn.
/// \tparam kLanes  that share a row  \param label  of the row now, changed or not
template <int kLanes>
__device__ void move_changed(const Tiles& data, const RowTerms& rows, std::int64_t tile,
                             int label_before, int label, bool changes, std::int64_t clusters,
                             const SumsOfClusters& sums) {
  unsigned left = __ballot_sync(~0U, changes);
  if (left == 0) return;
  const unsigned lane = threadIdx.x % 32;
  const std::int64_t d = data.features;
  if (changes) {
    const double weight = data.weights == nullptr ? 1.0 : data.weights[tile * kTileRows + lane];
    const auto term = static_cast<std::uint64_t>(rows.terms.weight_term(weight));
    if (label_before >= 0) sums.add(clusters * d + label_before, 0 - term);
    sums.add(clusters * d + label, term);
  }
  constexpr unsigned kTurn = 32 / kLanes;
  for (; left != 0;) {
    unsigned mine = left;
#pragma unroll
    for (unsigned turn = 1; turn < kTurn; ++turn)
      if (lane / kLanes >= turn) mine &= mine - 1;
    const int row = __ffs(static_cast<int>(mine)) - 1;
    const int from = __shfl_sync(~0U, label_before, row & 31);
    const int to = __shfl_sync(~0U, label, row & 31);
    if (row >= 0) {
      const double weight = data.weights == nullptr ? 1.0 : data.weights[tile * kTileRows + row];
      for (std::int64_t j = lane % kLanes; j < d; j += kLanes) {
        const auto term = static_cast<std::uint64_t>(
            rows.terms.value_term(data.column(tile, j)[row], rows.steps[j], weight));
        if (from >= 0) sums.add(from * d + j, 0 - term);
        sums.add(to * d + j, term);
      }
    }
#pragma unroll
    for (unsigned turn = 0; turn < kTurn; ++turn) left &= left - 1;
  }
}

}  // namespace cohort::cuda
