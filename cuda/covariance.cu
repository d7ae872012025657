#include <algorithm>

#include "cuda/covariance.cuh"
#include "cuda/operations.hpp"
#include "cuda/statistics.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

/// Ranges of tiles so that `workers` have the same to do, and none more than its sums hold.
unsigned ranges_for(std::int64_t tiles, unsigned workers) {
  const std::int64_t held = workers * kRangeTiles;
  return workers * static_cast<unsigned>((tiles + held - 1) / held);
}

struct Inputs {
  Tiles data;
  WeightScale weight_scale;
  const DeviationScale* scales;
  WrappingSum* sums;
};

/// All pairs of up to kWidth features in a warp.
template <int kWidth, bool kWeighted>
void sum_one_tile(const Inputs& inputs, const Device& device) {
  constexpr unsigned kWarps = kWeighted ? 6 : 8;  // two blocks' registers
  constexpr auto kernel = sum_products<kWidth, false, kWeighted, 32 * kWarps, 2>;
  const unsigned blocks =
      device.blocks_for(kernel, 32 * kWarps, 0, (inputs.data.tiles() + kWarps - 1) / kWarps);
  launch(device.stream(), {dim3(blocks), dim3(32 * kWarps)}, kernel, inputs.data,
         inputs.weight_scale, inputs.scales, ranges_for(inputs.data.tiles(), blocks * kWarps),
         inputs.sums);
}

/// Shares of the pairs for as many warps as a block can have, and blocks until there are enough.
template <bool kWeighted>
void sum_tiles(const Inputs& inputs, const Device& device) {
  constexpr int kWidth = 8;
  constexpr unsigned kMostWarps = kWeighted ? 8 : 16;  // one block's registers
  constexpr auto kernel = sum_products<kWidth, true, kWeighted, 32 * kMostWarps, 1>;
  const auto tiles = static_cast<unsigned>((inputs.data.features + kWidth - 1) / kWidth);
  const unsigned shares = tiles * tiles;
  const unsigned blocks_for_all = (shares + kMostWarps - 1) / kMostWarps;
  const unsigned warps = (shares + blocks_for_all - 1) / blocks_for_all;
  const unsigned ranges =
      std::max(1U, device.blocks_for(kernel, 32 * warps, 0, inputs.data.tiles() * blocks_for_all) /
                       blocks_for_all);
  launch(device.stream(), {dim3(ranges, blocks_for_all), dim3(32 * warps)}, kernel, inputs.data,
         inputs.weight_scale, inputs.scales, ranges_for(inputs.data.tiles(), ranges), inputs.sums);
}

template <bool kWeighted>
void sum_pairs(const Inputs& inputs, const Device& device) {
  if (inputs.data.features <= 4) return sum_one_tile<4, kWeighted>(inputs, device);
  if (inputs.data.features <= 8) return sum_one_tile<8, kWeighted>(inputs, device);
  sum_tiles<kWeighted>(inputs, device);
}

}  // namespace

Matrix<double> exact_covariance(const CudaDataSet& data, std::span<const double> mean,
                                const Device& device) {
  const RowWeighting weighting = data.weighting();
  const PairGrids grids(column_ranges(data, device), mean, weighting);
  std::vector<DeviationScale> scales;
  for (std::size_t j = 0; j < mean.size(); ++j)
    scales.push_back({grids.factor()[j], -mean[j] * grids.factor()[j]});
  const DeviceArray<DeviationScale> scales_there = on_device<DeviationScale>(device, scales);
  const DeviceArray<WrappingSum> sums = zeros<WrappingSum>(device, kExactFeatures * kExactFeatures);
  const Inputs inputs{data.view(), weighting.scale, scales_there.data(), sums.data()};
  weighting.weighted ? sum_pairs<true>(inputs, device) : sum_pairs<false>(inputs, device);
  const std::vector<WrappingSum> totals = on_host(device, sums);
  return grids.covariance(weighting, [&](std::int64_t i, std::int64_t j) {
    return static_cast<std::int64_t>(totals[static_cast<std::size_t>(i * kExactFeatures + j)]);
  });
}

}  // namespace cohort::cuda
