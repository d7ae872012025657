#include "host/cpu/kmeans_inertia.hpp"

#include <algorithm>
#include <cmath>

#include "cohort/kmeans_rules.hpp"

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/row_values.hpp"

namespace cohort::cpu {

namespace {

double largest_of(const CpuDataSet& data, const std::vector<float>& distances, Machine machine) {
  std::vector<double> largest(static_cast<std::size_t>(machine.pool.threads()));
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    const std::int64_t from = first * kBlock;
    double& most = largest[static_cast<std::size_t>(worker)];
    most = std::max(most, largest_weighted(machine.isa, distances.data() + from, nullptr,
                                           (last - first) * kBlock));
  });
  return *std::ranges::max_element(largest);
}

}  // namespace

double weighted_total(const CpuDataSet& data, const RowWeighting& weighting,
                      const std::vector<float>& distances, Machine machine) {
  const double farthest = largest_of(data, distances, machine);
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
