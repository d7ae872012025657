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
          const double rest = (square - ((square + kPush) - kPush)) * WideSum::kFineSteps;
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

std::vector<double> means(const CpuDataSet& data, const RowWeighting& weighting,
                          const ColumnRanges& ranges, Machine machine) {
  const std::vector<Grid> grids = value_grids(ranges, weighting);
  const std::vector<std::int64_t> sums = value_sums(data, weighting, steps_of(grids), machine);
  std::vector<double> mean;
  for (std::size_t j = 0; j < sums.size(); ++j) {
    // A weight's second rounding must not make a constant feature look like one that varies.
    mean.push_back(ranges.minimum[j] == ranges.maximum[j]
                       ? static_cast<double>(ranges.minimum[j])
                       : weighting.unscaled(from_grid(sums[j], grids[j])) / weighting.total);
  }
  return mean;
}

}  // namespace

std::vector<Grid> value_grids(const ColumnRanges& ranges, const RowWeighting& weighting) {
  std::vector<Grid> grids;
  for (std::int64_t j = 0; j < std::ssize(ranges.minimum); ++j)
    grids.push_back(weighting.grid(ranges.largest_deviation(j, 0)));
  return grids;
}

std::vector<double> steps_of(const std::vector<Grid>& grids) {
  std::vector<double> steps;
  for (const Grid grid : grids) steps.push_back(grid.steps_per_unit());
  return steps;
}

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
  std::vector<Grid> grids;
  for (std::int64_t j = 0; j < data.features(); ++j) {
    const double deviation = ranges.largest_deviation(j, mean[static_cast<std::size_t>(j)]);
    grids.push_back(weighting.grid(deviation * deviation));
  }
  const std::vector<double> steps = steps_of(grids);
  WorkerSums sums(machine, 2 * data.features() * kBlock);
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    dispatch_weighted<SquareSums>(weighting, machine.isa, &data, first, last, &weighting.scale,
                                  mean.data(), steps.data(), sums.of(worker));
  });
  std::vector<double> variance;
  for (std::int64_t j = 0; j < data.features(); ++j) {
    const WideSum sum{sums.total(2 * j * kBlock, kBlock), sums.total((2 * j + 1) * kBlock, kBlock)};
    variance.push_back(weighting.unscaled(sum.value(grids[static_cast<std::size_t>(j)])) /
                       weighting.total);
  }
  return variance;
}

ColumnStatistics column_statistics(const CpuDataSet& data, Machine machine) {
  const RowWeighting weighting = weighting_of(data);
  ColumnRanges ranges = column_ranges(data, machine);
  ColumnStatistics statistics;
  statistics.total_weight = weighting.total;
  statistics.mean = means(data, weighting, ranges, machine);
  statistics.variance = variances(data, weighting, ranges, statistics.mean, machine);
  statistics.minimum = std::move(ranges.minimum);
  statistics.maximum = std::move(ranges.maximum);
  return statistics;
}

}  // namespace cohort::cpu
