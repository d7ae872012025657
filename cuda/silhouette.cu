#include "cuda/download.hpp"
#include "cuda/gather.hpp"
#include "cuda/operations.hpp"
#include "cuda/silhouette.cuh"
#include "cuda/statistics.hpp"

namespace cohort::cuda {

namespace {

LaunchShape one_thread_a_row(std::int64_t rows) {
  return {dim3(static_cast<unsigned>((rows + kRowThreads - 1) / kRowThreads)), dim3(kRowThreads)};
}

/// Rows by cluster, and by index within one.
struct ClusterOrder {
  ClusterOrder(std::span<const std::int32_t> labels, std::int64_t n_clusters)
      : begin(static_cast<std::size_t>(n_clusters) + 1), rows(labels.size()) {
    for (const std::int32_t label : labels) ++begin[static_cast<std::size_t>(label) + 1];
    for (std::size_t c = 1; c < begin.size(); ++c) begin[c] += begin[c - 1];
    std::vector<std::int64_t> next = begin;
    for (std::size_t i = 0; i < labels.size(); ++i)
      rows[static_cast<std::size_t>(next[static_cast<std::size_t>(labels[i])]++)] =
          static_cast<std::int64_t>(i);
  }
  std::vector<std::int64_t> begin;  ///< n_clusters + 1
  std::vector<std::int64_t> rows;
};

DeviceArray<WeightCut> cuts_of(const CudaDataSet& data, const DeviceArray<std::int64_t>& order,
                               const Device& device) {
  if (!data.weights) return {};
  DeviceArray<WeightCut> cuts(device, data.rows());
  launch(device.stream(), one_thread_a_row(data.rows()), cut_weights, data.view(), order.data(),
         data.weighting(), cuts.data());
  return cuts;
}

/// The sums of weight x value over each cluster's rows. \param values  null for 1
DeviceArray<WrappingSum> totals_of(const double* values, const CudaDataSet& data,
                                   const DeviceArray<std::int32_t>& labels, std::int64_t n_clusters,
                                   const Device& device) {
  DeviceArray<WrappingSum> totals = zeros<WrappingSum>(device, n_clusters);
  launch(device.stream(), one_thread_a_row(data.rows()), add_values, data.view(), labels.data(),
         data.weighting(), data.weighting().grid(1).steps_per_unit(), values, totals.data());
  return totals;
}

std::vector<std::int64_t> sums_on_host(const Device& device, const DeviceArray<WrappingSum>& sums) {
  const std::vector<WrappingSum> values = on_host(device, sums);
  return {values.begin(), values.end()};
}

template <bool kWeighted>
void meet(const CudaDataSet& data, const DeviceArray<std::int32_t>& labels,
          const Clusters& clusters, double largest_distance, double* values, const Device& device) {
  constexpr std::int64_t kBlockRows = kSilhouetteThreads * kOwnTiles;
  const auto blocks = static_cast<unsigned>((data.rows() + kBlockRows - 1) / kBlockRows);
  const RowWeighting weighting = data.weighting();
  launch(device.stream(), {dim3(blocks), dim3(kSilhouetteThreads)}, meet_clusters<kWeighted>,
         data.view(), labels.data(), weighting, clusters, weighting.grid(largest_distance),
         weighting.grid(1), values);
}

}  // namespace

SilhouetteResult silhouette(const CudaDataSet& data, std::span<const std::int32_t> labels,
                            std::int64_t n_clusters, const Device& device) {
  const double row_bytes = 4.0 * static_cast<double>(data.features()) + 40;
  device.require_memory(
      row_bytes * static_cast<double>(data.rows()) + 24.0 * static_cast<double>(n_clusters),
      "the silhouette", "use --device cpu or fewer rows");
  const ColumnRanges ranges = ranges_of_all_rows(data, device);
  const double reach = largest_distance(ranges.minimum, ranges.maximum);
  const ClusterOrder order(labels, n_clusters);
  const DeviceArray<std::int64_t> order_there = on_device<std::int64_t>(device, order.rows);
  const DeviceArray<std::int64_t> begin = on_device<std::int64_t>(device, order.begin);
  const DeviceArray<std::int32_t> labels_there = on_device<std::int32_t>(device, labels);
  const std::unique_ptr<CudaDataSet> ordered = gather(data, order_there, device);
  const DeviceArray<WeightCut> cuts = cuts_of(data, order_there, device);
  const DeviceArray<WrappingSum> weights =
      totals_of(nullptr, data, labels_there, n_clusters, device);
  const Clusters clusters{ordered->view(), cuts.data(), begin.data(), weights.data(), n_clusters};
  const DeviceArray<double> values(device, data.rows());
  data.weights ? meet<true>(data, labels_there, clusters, reach, values.data(), device)
               : meet<false>(data, labels_there, clusters, reach, values.data(), device);
  const DeviceArray<WrappingSum> totals =
      totals_of(values.data(), data, labels_there, n_clusters, device);

  SilhouetteResult result;
  result.values = much_on_host(device, values);
  add_means(result, sums_on_host(device, totals), sums_on_host(device, weights),
            data.weighting().grid(1));
  return result;
}

}  // namespace cohort::cuda
