#pragma once
/// The rows that the filter leaves to the direct kernel, as a list, and the decision to leave them
/// all. Neither can change a bit: the direct kernel's answer is the definition.

#include <cstdint>

#include "cuda/gpu.hpp"

namespace cohort::cuda {

struct LeftCounts {
  unsigned left;   ///< rows in the list
  unsigned tried;  ///< rows that the filter has been through
};

struct LeftRows {
  LeftCounts* counts;
  std::uint32_t* rows;  ///< room for all

  /// Whether so many rows are left that trying the others is a waste.
  [[nodiscard]] __device__ bool filter_is_hopeless() const {
    const std::uint64_t left = atomicAdd(&counts->left, 0U);
    const std::uint64_t tried = atomicAdd(&counts->tried, 0U);
    return tried >= 4096 && left * 10 > tried * 3;
  }
  /// Called by a whole warp. \param leave  whether this lane's row is left
  __device__ void add(bool leave, std::int64_t row) const {
    const unsigned lane = threadIdx.x % 32;
    const unsigned leaving = __ballot_sync(~0U, leave);
    if (leaving == 0) return;
    unsigned first = 0;
    if (lane == 0) first = atomicAdd(&counts->left, static_cast<unsigned>(__popc(leaving)));
    first = __shfl_sync(~0U, first, 0);
    if (leave)
      rows[first + static_cast<unsigned>(__popc(leaving & ((1U << lane) - 1)))] =
          static_cast<std::uint32_t>(row);
  }
};

}  // namespace cohort::cuda
