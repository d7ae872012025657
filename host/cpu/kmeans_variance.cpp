#include <algorithm>
#include <array>

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/kmeans_sums.hpp"

namespace cohort::cpu {

namespace {

// Each feature's wide sum of weight x (value - mean)^2.
struct SquaredDeviations {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, const float* weights, std::int64_t blocks,
                                         std::int64_t d, const double* means, const double* steps,
                                         WideSum* sums) {
    using D = typename Lanes<W>::D;
    using L = typename Lanes<W>::L;
    for (std::int64_t j = 0; j < d; ++j) {
      L coarse = {};
      L fine = {};
      for (std::int64_t row = 0; row < blocks * kBlock; row += W) {
        const D deviation = Lanes<W>::widened(lanes_at(x, d, row, j)) - means[j];
        D term = deviation * deviation;
        if (weights != nullptr) term *= Lanes<W>::widened(weights + row);
        coarse += Lanes<W>::grid_steps(term, steps[j]);
        const D rest = term * steps[j] - Lanes<W>::on_grid(term, steps[j]);
        fine += Lanes<W>::grid_steps(rest, WideSum::kFineSteps);
      }
      sums[j] += {Lanes<W>::total(coarse), Lanes<W>::total(fine)};
    }
  }
};

}  // namespace

double mean_variance(const CpuDataSet& data, const KMeansSums& sums, Machine machine) {
  const std::int64_t d = data.features();
  std::vector<double> means, steps;
  std::vector<Grid> grids;
  for (std::int64_t j = 0; j < d; ++j) {
    const auto at = static_cast<std::size_t>(j);
    means.push_back(sums.mean(sums.totals()[at], sums.total_weight(), j));
    const double reach = 2 * sums.largest()[at];
    grids.push_back(
        grid_for(reach * reach * sums.largest_weight(), static_cast<double>(data.rows())));
    steps.push_back(grids.back().steps_per_unit());
  }
  // The lanes behind the last row must not count.
  std::array<float, kBlock> tail{};
  const std::int64_t last_block = data.blocks() - 1;
  for (std::int64_t r = 0; r < data.rows_in(last_block); ++r)
    tail[static_cast<std::size_t>(r)] = static_cast<float>(data.weight(last_block * kBlock + r));
  const float* weights = data.weights.empty() ? nullptr : data.weights.data();

  Matrix<WideSum> squares(machine.pool.threads(), d);
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    const auto add = [&](const float* x, const float* of_weights, std::int64_t blocks) {
      dispatch_doubles<SquaredDeviations>(machine.isa, x, of_weights, blocks, d, means.data(),
                                          steps.data(), squares.row(worker).data());
    };
    over_cached_pieces(
        first, std::min(last, last_block), d, [&](std::int64_t b, std::int64_t blocks) {
          add(data.block(b), weights == nullptr ? nullptr : weights + b * kBlock, blocks);
        });
    if (last == data.blocks()) add(data.block(last_block), tail.data(), 1);
  });

  double total = 0;
  for (std::int64_t j = 0; j < d; ++j) {
    WideSum sum;
    for (std::int64_t worker = 0; worker < squares.rows(); ++worker) sum += squares(worker, j);
    total += sum.value(grids[static_cast<std::size_t>(j)]) / sums.total_weight_value();
  }
  return total / static_cast<double>(d);
}

}  // namespace cohort::cpu
