#include "host/cpu/column_ranges.hpp"

#include <limits>

#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

struct LaneRanges {
  template <int W>
  [[gnu::always_inline]] static void run(const CpuDataSet* data, std::int64_t first,
                                         std::int64_t last, float* __restrict minimum,
                                         float* __restrict maximum) {
    const std::int64_t d = data->features();
    for (std::int64_t b = first; b < last; ++b) {
      const float* __restrict x = data->block(b);
      const float* __restrict weights = lane_weights(*data, b);
      for (std::int64_t j = 0; j < d; ++j) {
        for (std::int64_t l = 0; l < kBlock; ++l) {
          const std::int64_t slot = j * kBlock + l;
          const bool counts = weights[l] > 0;
          minimum[slot] = counts & (x[slot] < minimum[slot]) ? x[slot] : minimum[slot];
          maximum[slot] = counts & (x[slot] > maximum[slot]) ? x[slot] : maximum[slot];
        }
      }
    }
  }
};

}  // namespace

ColumnRanges column_ranges(const CpuDataSet& data, Machine machine) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const auto workers = static_cast<std::size_t>(machine.pool.threads());
  const auto d = static_cast<std::size_t>(data.features());
  const std::size_t slots = d * kBlock;
  std::vector<std::vector<float>> minimum(workers, std::vector<float>(slots, kInfinity));
  std::vector<std::vector<float>> maximum(workers, std::vector<float>(slots, -kInfinity));
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    const auto w = static_cast<std::size_t>(worker);
    dispatch<LaneRanges>(machine.isa, &data, first, last, minimum[w].data(), maximum[w].data());
  });

  ColumnRanges ranges{std::vector<float>(d, kInfinity), std::vector<float>(d, -kInfinity)};
  for (std::size_t w = 0; w < workers; ++w) {
    for (std::size_t slot = 0; slot < slots; ++slot) {
      float& low = ranges.minimum[slot / kBlock];
      float& high = ranges.maximum[slot / kBlock];
      low = std::min(low, minimum[w][slot]);
      high = std::max(high, maximum[w][slot]);
    }
  }
  // Which zero was met first depends on the threads; adding 0 makes -0 one with 0.
  for (float& low : ranges.minimum) low += 0.0F;
  for (float& high : ranges.maximum) high += 0.0F;
  return ranges;
}

}  // namespace cohort::cpu
