#include "host/cpu/statistics.hpp"

#include <utility>

namespace cohort::cpu {

namespace {

/// Sums of x on each feature's grid, 16 lanes a feature.
template <bool kWeighted>
struct ValueSums {
  template <int W>
  [[gnu::always_inline]] static void run(const CpuDataSet* data, std::int64_t first,
                                         std::int64_t last, const WeightScale* scale,
                                         const double* steps, std::uint64_t* __restrict sums) {
    for (std::int64_t b = first; b < last; ++b) {
      const float* __restrict x = data->block(b);
      const LaneWeights weights(lane_weights(*data, b), *scale);
      for (std::int64_t j = 0; j < data->features(); ++j) {
        const double step = steps[j];
        for (std::size_t l = 0; l < kBlock; ++l) {
          const std::size_t slot = static_cast<std::size_t>(j) * kBlock + l;
          const double scaled_value = static_cast<double>(x[slot]) * step;
          sums[slot] += kWeighted
                            ? weighted_integer(scaled_value, weights.whole[l], weights.part[l])
                            : grid_integer(scaled_value);
        }
      }
    }
  }
};

/// Sums of (x - mean)^2 as WideSum takes them: 16 coarse lanes a feature, then 16 fine ones.
template <bool kWeighted>
struct SquareSums {
  template <int W>
  [[gnu::always_inline]] static void run(const CpuDataSet* data, std::int64_t first,
                                         std::int64_t last, const WeightScale* scale,
                                         const double* mean, const double* steps,
                                         std::uint64_t* __restrict sums) {
    for (std::int64_t b = first; b < last; ++b) {
      const float* __restrict x = data->block(b);
      const float* __restrict live = lane_weights(*data, b);
      const LaneWeights weights(live, *scale);
      for (std::int64_t j = 0; j < data->features(); ++j) {
        const double centre = mean[j];
        const double step = steps[j];
        std::uint64_t* __restrict coarse = sums + 2 * j * kBlock;
        std::uint64_t* __restrict fine = coarse + kBlock;
        for (std::size_t l = 0; l < kBlock; ++l) {
          const double deviation =
              static_cast<double>(x[j * kBlock + static_cast<int>(l)]) - centre;
          const double square = live[l] > 0 ? deviation * deviation * step : 0.0;
          const double rest = WideSum::fine_part(square);
          if (kWeighted) {
            coarse[l] += weighted_integer(square, weights.whole[l], weights.part[l]);
            fine[l] += weighted_integer(rest, weights.whole[l], weights.part[l]);
          } else {
            coarse[l] += grid_integer(square);
            fine[l] += grid_integer(rest);
          }
        }
      }
    }
  }
};

}  // namespace

std::vector<std::int64_t> value_sums(const CpuDataSet& data, const RowWeighting& weighting,
                                     const std::vector<double>& steps, Machine machine) {
  WorkerSums sums(machine, data.features() * kBlock);
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    dispatch_weighted<ValueSums>(weighting, machine.isa, &data, first, last, &weighting.scale,
                                 steps.data(), sums.of(worker));
  });
  std::vector<std::int64_t> totals;
  for (std::int64_t j = 0; j < data.features(); ++j)
    totals.push_back(sums.total(j * kBlock, kBlock));
  return totals;
}

std::vector<double> variances(const CpuDataSet& data, const RowWeighting& weighting,
                              const ColumnRanges& ranges, const std::vector<double>& mean,
                              Machine machine) {
  const std::vector<Grid> grids = square_grids(ranges, mean, weighting);
  const std::vector<double> steps = steps_of(grids);
  WorkerSums sums(machine, 2 * data.features() * kBlock);
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    dispatch_weighted<SquareSums>(weighting, machine.isa, &data, first, last, &weighting.scale,
                                  mean.data(), steps.data(), sums.of(worker));
  });
  std::vector<WideSum> totals;
  for (std::int64_t j = 0; j < data.features(); ++j)
    totals.push_back(
        {sums.total(2 * j * kBlock, kBlock), sums.total((2 * j + 1) * kBlock, kBlock)});
  return variances_of(totals, grids, weighting);
}

ColumnStatistics column_statistics(const CpuDataSet& data, Machine machine) {
  const RowWeighting weighting = weighting_of(data);
  ColumnRanges ranges = column_ranges(data, machine);
  ColumnStatistics statistics;
  statistics.total_weight = weighting.total;
  const std::vector<Grid> grids = value_grids(ranges, weighting);
  statistics.mean =
      means_of(value_sums(data, weighting, steps_of(grids), machine), grids, ranges, weighting);
  statistics.variance = variances(data, weighting, ranges, statistics.mean, machine);
  statistics.minimum = std::move(ranges.minimum);
  statistics.maximum = std::move(ranges.maximum);
  return statistics;
}

}  // namespace cohort::cpu
