#pragma once
/// What rows that change their cluster take along. A restart's sums are k x d value terms, then k
/// weight terms. Rows that had no cluster yet, label -1, only arrive.
///
/// Late in a fit few rows of a warp change. So lanes are features and the rows take turns:
/// neighbouring lanes add in neighbouring banks, and rows that stay cost nothing.

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

/// Called by kLanes neighbouring lanes, who share a row's features: moves its terms from one
/// cluster's sums to another's. About 50 instructions, half of them carries.
/// \param from  -1: from none  \param lane  of the kLanes
template <int kLanes, class Sums>
__device__ void move_row(const Tiles& data, const RowTerms& rows, std::int64_t row, int from,
                         int to, int lane, int clusters, const Sums& sums) {
  using Slot = typename Sums::Slot;
  const auto d = static_cast<int>(data.features);
  const double weight = RowTerms::weight(data, row);
#pragma unroll 1
  for (int j = lane; j < d; j += kLanes) {
    const auto term =
        static_cast<std::uint64_t>(rows.terms.value_term(data.at(row, j), rows.steps[j], weight));
    if (from >= 0) sums.add(static_cast<Slot>(from) * d + j, 0 - term);
    sums.add(static_cast<Slot>(to) * d + j, term);
  }
  if (lane != 0) return;
  const auto term = static_cast<std::uint64_t>(rows.terms.weight_term(weight));
  if (from >= 0) sums.add(static_cast<Slot>(clusters) * d + from, 0 - term);
  sums.add(static_cast<Slot>(clusters) * d + to, term);
}

}  // namespace cohort::cuda
