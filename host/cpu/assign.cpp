#include "host/cpu/block_ranges.hpp"
#include "host/cpu/nearest_by_shape.hpp"
#include "host/cpu/operations.hpp"

namespace cohort::cpu {

Assignment assign(const CpuDataSet& data, MatrixView<const float> centers, Machine machine) {
  const auto lanes = static_cast<std::size_t>(data.blocks() * kBlock);
  Assignment result{std::vector<std::int32_t>(lanes), std::vector<float>(lanes)};
  const NearestByShape nearest(data, centers);
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int) {
    nearest.find(machine.isa, first, last - first, result.labels.data() + first * kBlock,
                 result.squared_distance.data() + first * kBlock);
  });
  result.labels.resize(static_cast<std::size_t>(data.rows()));
  result.squared_distance.resize(static_cast<std::size_t>(data.rows()));
  return result;
}

}  // namespace cohort::cpu
