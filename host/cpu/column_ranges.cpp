#include "host/cpu/column_ranges.hpp"

#include <limits>

#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// A feature at a time, so that its ends stay in registers. \tparam kAll  whether all rows count
template <bool kAll>
struct LaneRanges {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t d, std::int64_t blocks,
                                         const float* weights, float* minimum, float* maximum) {
    using F = typename Lanes<W>::F;
    for (std::int64_t slot = 0; slot < d * kBlock; slot += W) {
      F& low_end = *reinterpret_cast<F*>(minimum + slot);
      F& high_end = *reinterpret_cast<F*>(maximum + slot);
      F low = low_end;
      F high = high_end;
      for (std::int64_t b = 0; b < blocks; ++b) {
        const F value = *reinterpret_cast<const F*>(x + b * d * kBlock + slot);
        F lower = value;
        F higher = value;
        if (!kAll) {
          const F weight = *reinterpret_cast<const F*>(weights + b * kBlock + slot % kBlock);
          lower = weight > F{} ? value : F{} + kInfinity;
          higher = weight > F{} ? value : F{} - kInfinity;
        }
        low = lower < low ? lower : low;
        high = higher > high ? higher : high;
      }
      low_end = low;
      high_end = high;
    }
  }
};

}  // namespace

RangeSearch::RangeSearch(const CpuDataSet& data, Machine machine) : data_(data), isa_(machine.isa) {
  const auto slots = static_cast<std::size_t>(data.features() * kBlock);
  const LaneEnds nothing{std::vector<float>(slots, kInfinity),
                         std::vector<float>(slots, -kInfinity)};
  workers_.assign(static_cast<std::size_t>(machine.pool.threads()), nothing);
}

void RangeSearch::see(std::int64_t first, std::int64_t last, int worker) {
  LaneEnds& ends = workers_[static_cast<std::size_t>(worker)];
  const auto run = [&](auto kernel, std::int64_t from, std::int64_t to, const float* weights) {
    dispatch<decltype(kernel)>(isa_, data_.block(from), data_.features(), to - from, weights,
                               ends.minimum.data(), ends.maximum.data());
  };
  by_liveness(data_, first, last, [&](std::int64_t from, std::int64_t to, const float* weights) {
    weights == nullptr ? run(LaneRanges<true>(), from, to, weights)
                       : run(LaneRanges<false>(), from, to, weights);
  });
}

ColumnRanges RangeSearch::found() const {
  const auto d = static_cast<std::size_t>(data_.features());
  ColumnRanges ranges{std::vector<float>(d, kInfinity), std::vector<float>(d, -kInfinity)};
  for (const LaneEnds& ends : workers_) {
    for (std::size_t slot = 0; slot < ends.minimum.size(); ++slot) {
      float& low = ranges.minimum[slot / kBlock];
      float& high = ranges.maximum[slot / kBlock];
      low = std::min(low, ends.minimum[slot]);
      high = std::max(high, ends.maximum[slot]);
    }
  }
  // Which zero was met first depends on the threads; adding 0 makes -0 one with 0.
  for (float& low : ranges.minimum) low += 0.0F;
  for (float& high : ranges.maximum) high += 0.0F;
  return ranges;
}

ColumnRanges column_ranges(const CpuDataSet& data, Machine machine) {
  if (data.ranges) return *data.ranges;
  RangeSearch search(data, machine);
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    over_cached_pieces(first, last, data.features(), [&](std::int64_t b, std::int64_t count) {
      search.see(b, b + count, worker);
    });
  });
  return search.found();
}

}  // namespace cohort::cpu
