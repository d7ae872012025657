#include "cohort/scale.hpp"

#include <utility>

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

struct ScaleBlocks {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, float* z, std::int64_t d,
                                         std::int64_t blocks, const double* center,
                                         const double* scale) {
    for (std::int64_t b = 0; b < blocks; ++b) {
      for (std::int64_t j = 0; j < d; ++j) {
        for (std::int64_t l = 0; l < kBlock; l += W, x += W, z += W)
          Lanes<W>::store_narrowed(z, (Lanes<W>::widened(x) - center[j]) / scale[j]);
      }
    }
  }
};

/// Scaling rises or falls with its values, and so do roundings.
ColumnRanges scaled_ranges(const ColumnRanges& ranges, const Scaling& scaling) {
  ColumnRanges result = ranges;
  for (std::size_t j = 0; j < scaling.center.size(); ++j) {
    float& low = result.minimum[j];
    float& high = result.maximum[j];
    low = scaled(low, scaling.center[j], scaling.scale[j]) + 0.0F;
    high = scaled(high, scaling.center[j], scaling.scale[j]) + 0.0F;
    if (high < low) std::swap(low, high);
  }
  return result;
}

}  // namespace

std::unique_ptr<CpuDataSet> scale(const CpuDataSet& data, const Scaling& scaling, Machine machine) {
  auto result = std::make_unique<CpuDataSet>(data.rows(), data.features());
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int) {
    dispatch_doubles<ScaleBlocks>(machine.isa, data.block(first), result->block(first),
                                  data.features(), last - first, scaling.center.data(),
                                  scaling.scale.data());
  });
  const std::int64_t end = data.blocks() * kBlock;
  for (std::int64_t i = data.rows(); i < end; ++i) {
    for (std::int64_t j = 0; j < data.features(); ++j) result->at(i, j) = 0;
  }
  result->weights = data.weights;
  result->counted = data.counted;
  if (data.ranges && data.rows() > 0) result->ranges = scaled_ranges(*data.ranges, scaling);
  return result;
}

}  // namespace cohort::cpu
