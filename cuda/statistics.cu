#include "cuda/operations.hpp"
#include "cuda/statistics.cuh"
#include "cuda/statistics.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

/// Ranges of tiles for each feature: one task a warp where features are few, so that all end
/// together; several where they are many and do not divide the warps.
std::int64_t ranges_for(const CudaDataSet& data, std::int64_t warps) {
  constexpr std::int64_t kTasksPerWarp = 8;
  const std::int64_t steps = (data.tiles() + kStepTiles - 1) / kStepTiles;
  const std::int64_t tasks =
      data.features() * kTasksPerWarp > warps ? kTasksPerWarp * warps : warps;
  return std::clamp<std::int64_t>(tasks / data.features(), 1, steps);
}

/// For at least one row and feature.
template <bool kWeighted, class Fold>
void fold_over(const CudaDataSet& data, const Fold& fold, const Device& device) {
  constexpr std::int64_t kWarps = kFoldThreads / 32;
  const std::int64_t steps = (data.tiles() + kStepTiles - 1) / kStepTiles;
  const unsigned blocks = device.blocks_for(fold_columns<kWeighted, Fold>, kFoldThreads, 0,
                                            (steps * data.features() + kWarps - 1) / kWarps);
  launch(device.stream(), {dim3(blocks), dim3(kFoldThreads)}, fold_columns<kWeighted, Fold>,
         data.view(), ranges_for(data, blocks * kWarps), fold);
}

/// Fold<true> or Fold<false>, as the data are weighted. \param inputs  what a fold has behind its
/// scale
template <template <bool kWeighted> class Fold, class... Inputs>
void fold_weighted(const CudaDataSet& data, const Device& device, Inputs... inputs) {
  const RowWeighting weighting = data.weighting();
  weighting.weighted ? fold_over<true>(data, Fold<true>{weighting.scale, inputs...}, device)
                     : fold_over<false>(data, Fold<false>{weighting.scale, inputs...}, device);
}

/// \param weighted  leave out the rows of weight 0
ColumnRanges find_ranges(const CudaDataSet& data, bool weighted, const Device& device) {
  const auto d = static_cast<std::size_t>(data.features());
  ColumnRanges ranges{std::vector<float>(d, kInfinity), std::vector<float>(d, -kInfinity)};
  if (data.rows() == 0 || d == 0) return ranges;

  const DeviceArray<unsigned> minimum(device, data.features());
  const DeviceArray<unsigned> maximum = zeros<unsigned>(device, data.features());
  fill_bytes(device, minimum, 0xff);
  const FoldRanges fold{minimum.data(), maximum.data()};
  weighted ? fold_over<true>(data, fold, device) : fold_over<false>(data, fold, device);
  const std::vector<unsigned> low = on_host(device, minimum);
  const std::vector<unsigned> high = on_host(device, maximum);
  for (std::size_t j = 0; j < d; ++j) {
    ranges.minimum[j] = from_ordered_bits(low[j]) + 0.0F;  // never -0
    ranges.maximum[j] = from_ordered_bits(high[j]) + 0.0F;
  }
  return ranges;
}

}  // namespace

const ColumnRanges& column_ranges(const CudaDataSet& data, const Device& device) {
  if (!data.ranges) data.ranges = find_ranges(data, data.weights != nullptr, device);
  return *data.ranges;
}

ColumnRanges ranges_of_all_rows(const CudaDataSet& data, const Device& device) {
  return data.weights ? find_ranges(data, false, device) : column_ranges(data, device);
}

std::vector<std::int64_t> value_sums(const CudaDataSet& data, const std::vector<double>& steps,
                                     const Device& device) {
  const DeviceArray<WrappingSum> sums = zeros<WrappingSum>(device, data.features());
  if (data.rows() > 0 && data.features() > 0) {
    const DeviceArray<double> steps_there = on_device<double>(device, steps);
    fold_weighted<FoldValues>(data, device, steps_there.data(), sums.data());
  }
  const std::vector<WrappingSum> totals = on_host(device, sums);
  return {totals.begin(), totals.end()};
}

std::vector<double> variances(const CudaDataSet& data, const std::vector<double>& mean,
                              const Device& device) {
  const RowWeighting weighting = data.weighting();
  const std::vector<Grid> grids = square_grids(column_ranges(data, device), mean, weighting);
  const DeviceArray<WrappingSum> sums = zeros<WrappingSum>(device, 2 * data.features());
  if (data.rows() > 0 && data.features() > 0) {
    const DeviceArray<double> mean_there = on_device<double>(device, mean);
    const DeviceArray<double> steps_there = on_device<double>(device, steps_of(grids));
    fold_weighted<FoldSquares>(data, device, mean_there.data(), steps_there.data(), sums.data());
  }
  const std::vector<WrappingSum> totals = on_host(device, sums);
  std::vector<WideSum> wide;
  for (std::size_t j = 0; j < mean.size(); ++j)
    wide.push_back(
        {static_cast<std::int64_t>(totals[2 * j]), static_cast<std::int64_t>(totals[2 * j + 1])});
  return variances_of(wide, grids, weighting);
}

ColumnStatistics column_statistics(const CudaDataSet& data, const Device& device) {
  const RowWeighting weighting = data.weighting();
  const ColumnRanges& ranges = column_ranges(data, device);
  const std::vector<Grid> grids = value_grids(ranges, weighting);
  ColumnStatistics statistics;
  statistics.total_weight = weighting.total;
  statistics.mean = means_of(value_sums(data, steps_of(grids), device), grids, ranges, weighting);
  statistics.variance = variances(data, statistics.mean, device);
  statistics.minimum = ranges.minimum;
  statistics.maximum = ranges.maximum;
  return statistics;
}

}  // namespace cohort::cuda
