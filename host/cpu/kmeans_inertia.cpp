#include "host/cpu/kmeans_inertia.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cohort/kmeans_rules.hpp"

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/nearest_by_shape.hpp"
#include "host/cpu/row_values.hpp"

namespace cohort::cpu {

namespace {

// Fills in the distances, 0 behind the last row, and returns the largest.
double find_distances(const CpuDataSet& data, MatrixView<const float> centers,
                      LargeVector<float>& distances, Machine machine) {
  const NearestByShape nearest(data, centers);
  std::vector<double> largest(static_cast<std::size_t>(machine.pool.threads()));
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    std::array<std::int32_t, kTaskBlocks * kBlock> labels;
    float* of_task = distances.data() + first * kBlock;
    nearest.find(machine.isa, first, last - first, labels.data(), of_task);
    const std::int64_t lanes = (last - first) * kBlock;
    for (std::int64_t i = data.rows() - first * kBlock; i < lanes; ++i) of_task[i] = 0;
    double& most = largest[static_cast<std::size_t>(worker)];
    most = std::max(most, largest_weighted(machine.isa, of_task, nullptr, lanes));
  });
  return *std::ranges::max_element(largest);
}

}  // namespace

double inertia_of(const CpuDataSet& data, const RowWeighting& weighting,
                  MatrixView<const float> centers, LargeVector<float>& distances, Machine machine) {
  const double farthest = find_distances(data, centers, distances, machine);
  if (!std::isfinite(farthest)) refuse_too_far_apart();
  const Grid grid = weighting.grid(farthest);
  std::vector<WideSum> sums(static_cast<std::size_t>(machine.pool.threads()));
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    const std::int64_t from = first * kBlock;
    sums[static_cast<std::size_t>(worker)] +=
        wide_weighted_sum(machine.isa, distances.data() + from,
                          weighting.weighted ? data.weights.data() + from : nullptr,
                          weighting.scale, (last - first) * kBlock, grid);
  });
  WideSum total;
  for (const WideSum& sum : sums) total += sum;
  return weighting.unscaled(total.value(grid));
}

}  // namespace cohort::cpu
