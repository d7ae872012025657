#pragma once
/// Exact sums with rows in the lanes: integers out of grid_integer(), which any instruction set
/// adds up, so that no lane ever needs flushing.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "cohort/exact_sum.hpp"
#include "cohort/weighted_sum.hpp"

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/operations.hpp"

namespace cohort::cpu {

inline constexpr std::uint64_t kPushBits = std::bit_cast<std::uint64_t>(kPush);

/// The weights of a block's 16 rows: 1 where the data have none, 0 behind the last row.
[[nodiscard]] inline const float* lane_weights(const CpuDataSet& data, std::int64_t block) {
  static constexpr float kLive[2 * kBlock] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  return data.weights.empty() ? kLive + kBlock - data.rows_in(block)
                              : data.weights.data() + block * kBlock;
}

/// Cuts [first, last) into blocks all of whose rows count, for visit(first, last, nullptr), and
/// blocks whose rows count where their weights, side by side, are above 0.
template <class Visit>
void by_liveness(const CpuDataSet& data, std::int64_t first, std::int64_t last,
                 const Visit& visit) {
  const std::int64_t whole =
      data.weights.empty() ? std::clamp(data.rows() / kBlock, first, last) : first;
  if (first < whole) visit(first, whole, nullptr);
  if (whole < last) visit(whole, last, lane_weights(data, whole));
}

/// The cut weights of 16 rows.
struct LaneWeights {
  std::array<std::uint64_t, kBlock> whole;
  std::array<double, kBlock> part;

  LaneWeights(const float* weights, const WeightScale& scale) {
    for (std::size_t l = 0; l < kBlock; ++l) {
      const double scaled_weight = static_cast<double>(weights[l]) * scale.factor();
      whole[l] = grid_integer(scaled_weight);
      part[l] = scaled_weight - on_grid(scaled_weight, 1);
    }
  }
};

[[nodiscard]] inline double total_weight(const CpuDataSet& data) {
  return data.weights.empty() ? static_cast<double>(data.rows()) : total_of(data.weights);
}

[[nodiscard]] inline RowWeighting weighting_of(const CpuDataSet& data) {
  return {!data.weights.empty(), total_weight(data), data.counted};
}

/// dispatch() of the kernel that adds with weights, or of the one that adds without.
template <template <bool kWeighted> class Kernel, class... A>
void dispatch_weighted(const RowWeighting& weighting, Isa isa, A... a) {
  weighting.weighted ? dispatch<Kernel<true>>(isa, a...) : dispatch<Kernel<false>>(isa, a...);
}

/// Integer sums that every worker takes for itself and that are added in the end.
class WorkerSums {
 public:
  WorkerSums(Machine machine, std::int64_t slots)
      : sums_(static_cast<std::size_t>(machine.pool.threads()),
              std::vector<std::uint64_t>(static_cast<std::size_t>(slots))) {}
  [[nodiscard]] std::uint64_t* of(int worker) {
    return sums_[static_cast<std::size_t>(worker)].data();
  }
  /// The sum of `count` slots from `first` on, over all workers.
  [[nodiscard]] std::int64_t total(std::int64_t first, std::int64_t count) const {
    std::uint64_t sum = 0;
    for (const std::vector<std::uint64_t>& worker : sums_) {
      for (std::int64_t i = first; i < first + count; ++i)
        sum += worker[static_cast<std::size_t>(i)];
    }
    return static_cast<std::int64_t>(sum);
  }

 private:
  std::vector<std::vector<std::uint64_t>> sums_;
};

}  // namespace cohort::cpu
