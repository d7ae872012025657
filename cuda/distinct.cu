#include "cuda/distinct.cuh"
#include "cuda/download.hpp"
#include "cuda/gather.hpp"
#include "cuda/operations.hpp"
#include "cuda/scan.hpp"
#include "cuda/weights.hpp"

namespace cohort::cuda {

namespace {

std::int64_t blocks_of(std::int64_t n) {
  return (n + kDistinctThreads - 1) / kDistinctThreads;
}

/// A thread for each of n.
LaunchShape one_thread_each(std::int64_t n) {
  return {dim3(static_cast<unsigned>(blocks_of(n))), dim3(kDistinctThreads)};
}

/// The rows that are led by each row's lowest equal one.
struct Groups {
  DeviceArray<std::int32_t> of_rows;  ///< n; for now only of the rows that lead one
  DeviceArray<std::int64_t> first;    ///< m: who leads it
  DeviceArray<std::uint32_t> lowest;  ///< n: each row's lowest equal row
};

Groups find_groups(const CudaDataSet& data, const Device& device) {
  const std::int64_t n = data.rows();
  Groups groups;
  groups.lowest = DeviceArray<std::uint32_t>(device, n);
  // One more than there are, so that the scan's last is the sum of all.
  const DeviceArray<std::int64_t> leads = zeros<std::int64_t>(device, blocks_of(n) + 1);
  {
    const DeviceArray<Slot> slots = zeros<Slot>(device, 2 * n);
    launch(device.stream(), one_thread_each(n), claim_slots, data.view(), slots.data(),
           static_cast<std::uint64_t>(slots.size()), groups.lowest.data());
    launch(device.stream(), one_thread_each(n), find_lowest, n, slots.data(), groups.lowest.data(),
           leads.data());
  }
  groups.of_rows = DeviceArray<std::int32_t>(device, n);
  groups.first = DeviceArray<std::int64_t>(device, scan_exclusively(leads, device));
  launch(device.stream(), one_thread_each(n), number_groups, n, groups.lowest.data(), leads.data(),
         groups.of_rows.data(), groups.first.data());
  return groups;
}

/// What the groups' rows count and weigh together.
struct GroupTotals {
  DeviceArray<WrappingSum> counts;
  std::shared_ptr<const CudaDataSet::Weights> weights;
};

template <bool kWeighted>
GroupTotals join(const CudaDataSet& data, const Groups& groups, const Device& device) {
  const std::int64_t m = groups.first.size();
  const Grid grid =
      kWeighted ? weight_grid(largest_weight(data.weights->values, device), data.rows()) : Grid{};
  GroupTotals totals{zeros<WrappingSum>(device, m), nullptr};
  const DeviceArray<WrappingSum> weights = zeros<WrappingSum>(device, kWeighted ? m : 0);
  const unsigned blocks =
      device.blocks_for(join_groups<kWeighted>, kDistinctThreads, 0, blocks_of(data.rows()));
  launch(device.stream(), {dim3(blocks), dim3(kDistinctThreads)}, join_groups<kWeighted>,
         data.view(), groups.lowest.data(), m, grid.steps_per_unit(), groups.of_rows.data(),
         totals.counts.data(), weights.data());

  auto joined = std::make_shared<CudaDataSet::Weights>();
  const std::int64_t padded = (m + kTileRows - 1) / kTileRows * kTileRows;
  joined->values = DeviceArray<float>(device, padded);
  launch(device.stream(), one_thread_each(padded), weigh_groups,
         kWeighted ? weights.data() : totals.counts.data(), m, grid, joined->values.data());
  joined->total = total_weight(joined->values, m, device);
  joined->counted = !kWeighted;
  totals.weights = std::move(joined);
  return totals;
}

}  // namespace

DistinctRows distinct(const CudaDataSet& data, const Device& device) {
  require_countable_rows(data.rows());
  DistinctRows result;
  if (data.rows() == 0) {
    result.data = std::make_unique<CudaDataSet>(device, 0, data.features());
    return result;
  }
  constexpr double kTableBytes = 2 * sizeof(Slot);
  const auto n = static_cast<double>(data.rows());
  device.require_memory(n * (kTableBytes + sizeof(std::uint32_t)), "looking for duplicate rows",
                        "use --device cpu or fewer rows");
  const Groups groups = find_groups(data, device);
  const auto m = static_cast<double>(groups.first.size());
  device.require_memory(
      m * static_cast<double>(sizeof(float) * (data.features() + 1) + 2 * sizeof(WrappingSum)),
      "keeping the distinct rows", "use --device cpu or fewer rows");
  const GroupTotals totals =
      data.weights ? join<true>(data, groups, device) : join<false>(data, groups, device);
  std::unique_ptr<CudaDataSet> rows = gather(data, groups.first, device);
  rows->weights = totals.weights;

  result.data = std::move(rows);
  result.first = much_on_host(device, groups.first);
  result.group = much_on_host(device, groups.of_rows);
  const std::vector<WrappingSum> counts = much_on_host(device, totals.counts);
  result.counts.assign(counts.begin(), counts.end());
  return result;
}

}  // namespace cohort::cuda
