#pragma once
/// What rows that change their cluster take along. A restart's sums are k x d value terms, then k
/// weight terms. Rows that had no cluster yet, label -1, only arrive.

#include "cohort/kmeans_terms.hpp"

#include "cuda/data_set.hpp"
#include "cuda/exact_sums.cuh"

namespace cohort::cuda {

/// The label of a row without a cluster, where labels are bytes; -1 where they are not.
inline constexpr int kNoByteLabel = 255;

/// Labels, of up to 255 clusters in a byte each.
struct Labels {
  void* values;
  bool narrow;

  [[nodiscard]] static bool fit_bytes(std::int64_t clusters) { return clusters <= kNoByteLabel; }
  /// Of a label.
  [[nodiscard]] static std::int64_t bytes(std::int64_t clusters) {
    return fit_bytes(clusters) ? 1 : 4;
  }
  /// Those of the rows from `row` on.
  [[nodiscard]] __host__ __device__ Labels from(std::int64_t row) const {
    return {static_cast<char*>(values) + row * (narrow ? 1 : 4), narrow};
  }
  [[nodiscard]] __device__ int at(std::int64_t row) const {
    if (!narrow) return static_cast<const std::int32_t*>(values)[row];
    const int label = static_cast<const std::uint8_t*>(values)[row];
    return label == kNoByteLabel ? -1 : label;
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

  /// 1 where the data have none. \param row  exists
  [[nodiscard]] static __device__ double weight(const Tiles& data, std::int64_t row) {
    return data.weights == nullptr ? 1.0 : static_cast<double>(data.weights[row]);
  }
};

/// A restart's sums in a block's shared memory, in two halves.
struct SharedSums {
  using Slot = int;
  unsigned* low;
  unsigned* high;
  __device__ void add(Slot slot, std::uint64_t term) const {
    add_in_halves(term, low + slot, high + slot);
  }
};

/// A restart's sums in the GPU's memory.
struct GlobalSums {
  using Slot = std::int64_t;
  WrappingSum* sums;
  __device__ void add(Slot slot, std::uint64_t term) const {
    atomicAdd(sums + slot, static_cast<WrappingSum>(term));
  }
};

/// Called by a whole warp, a lane for a row of the tile: moves the rows that change from one
/// cluster's sums to another's.
///
/// Late in a fit few rows of a warp change. So lanes are features and the rows take turns, 32 /
/// kLanes at a time: neighbouring lanes add in neighbouring banks, and rows that stay cost nothing.
/// About 35 instructions a turn.
/// \tparam kLanes  that share a row
template <int kLanes, class Sums>
__device__ void move_changed(const Tiles& data, const RowTerms& rows, std::int64_t tile, int before,
                             int label, bool changes, int clusters, const Sums& sums) {
  using Slot = typename Sums::Slot;
  constexpr unsigned kTurn = 32 / kLanes;
  unsigned left = __ballot_sync(~0U, changes);
  if (left == 0) return;
  const unsigned lane = threadIdx.x % 32;
  const auto d = static_cast<int>(data.features);
  if (changes) {
    const double weight = RowTerms::weight(data, tile * kTileRows + lane);
    const auto term = static_cast<std::uint64_t>(rows.terms.weight_term(weight));
    if (before >= 0) sums.add(static_cast<Slot>(clusters) * d + before, 0 - term);
    sums.add(static_cast<Slot>(clusters) * d + label, term);
  }
  while (left != 0) {
    unsigned mine = left;
#pragma unroll
    for (unsigned turn = 1; turn < kTurn; ++turn)
      if (lane / kLanes >= turn) mine &= mine - 1;
    const int row = __ffs(static_cast<int>(mine)) - 1;
    const int from = __shfl_sync(~0U, before, row & 31);
    const int to = __shfl_sync(~0U, label, row & 31);
    if (row >= 0) {
      const double weight = RowTerms::weight(data, tile * kTileRows + row);
#pragma unroll 1
      for (int j = static_cast<int>(lane) % kLanes; j < d; j += kLanes) {
        const auto term = static_cast<std::uint64_t>(
            rows.terms.value_term(data.column(tile, j)[row], rows.steps[j], weight));
        if (from >= 0) sums.add(static_cast<Slot>(from) * d + j, 0 - term);
        sums.add(static_cast<Slot>(to) * d + j, term);
      }
    }
#pragma unroll
    for (unsigned turn = 0; turn < kTurn; ++turn) left &= left - 1;
  }
}

}  // namespace cohort::cuda
