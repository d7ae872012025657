#include <numeric>

#include "cuda/affinity_clusters.cuh"
#include "cuda/affinity_passes.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

template <class Source>
LaunchShape one_thread_a_row(const Source& source) {
  const std::int64_t blocks = (source.rows() + kClusterThreads - 1) / kClusterThreads;
  return {dim3(static_cast<unsigned>(blocks)), dim3(kClusterThreads)};
}

/// All rows by cluster, ascending in each, and where each cluster begins.
struct Members {
  Members(const std::vector<std::int32_t>& labels, std::int64_t clusters)
      : rows(labels.size()), begin(static_cast<std::size_t>(clusters) + 1) {
    for (const std::int32_t label : labels) ++begin[static_cast<std::size_t>(label) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::int64_t> next = begin;
    for (std::size_t i = 0; i < labels.size(); ++i)
      rows[static_cast<std::size_t>(next[static_cast<std::size_t>(labels[i])]++)] =
          static_cast<std::int64_t>(i);
  }
  std::vector<std::int64_t> rows, begin;
};

}  // namespace

template <class Source>
std::vector<std::int32_t> join(const Source& source, const std::vector<std::int64_t>& exemplars,
                               const Device& device) {
  const DeviceArray<std::int64_t> columns = on_device<std::int64_t>(device, exemplars);
  const DeviceArray<std::int32_t> joined(device, source.rows());
  launch(device.stream(), one_thread_a_row(source), join_exemplars<Source>, source, columns.data(),
         columns.size(), joined.data());
  std::vector<std::int32_t> labels = on_host(device, joined);
  for (std::size_t k = 0; k < exemplars.size(); ++k)
    labels[static_cast<std::size_t>(exemplars[k])] = static_cast<std::int32_t>(k);
  return labels;
}

template <class Source>
std::vector<std::int64_t> totals(const Source& source, const std::vector<std::int32_t>& labels,
                                 std::int64_t clusters, Grid grid, const Device& device) {
  const Members members(labels, clusters);
  const DeviceArray<std::int32_t> label = on_device<std::int32_t>(device, labels);
  const DeviceArray<std::int64_t> rows = on_device<std::int64_t>(device, members.rows);
  const DeviceArray<std::int64_t> begin = on_device<std::int64_t>(device, members.begin);
  const DeviceArray<std::int64_t> result(device, source.rows());
  launch(device.stream(), one_thread_a_row(source), add_members<Source>, source, label.data(),
         rows.data(), begin.data(), grid.steps_per_unit(), result.data());
  return on_host(device, result);
}

template <class Source>
std::vector<float> similarities_to(const Source& source, const std::vector<std::int64_t>& columns,
                                   const Device& device) {
  const DeviceArray<std::int64_t> wanted = on_device<std::int64_t>(device, columns);
  const DeviceArray<float> similarities(device, source.rows());
  launch(device.stream(), one_thread_a_row(source), take_similarities<Source>, source,
         wanted.data(), similarities.data());
  return on_host(device, similarities);
}

template std::vector<std::int32_t> join(const FeatureSimilarities&,
                                        const std::vector<std::int64_t>&, const Device&);
template std::vector<std::int32_t> join(const GivenSimilarities&, const std::vector<std::int64_t>&,
                                        const Device&);
template std::vector<std::int64_t> totals(const FeatureSimilarities&,
                                          const std::vector<std::int32_t>&, std::int64_t, Grid,
                                          const Device&);
template std::vector<std::int64_t> totals(const GivenSimilarities&,
                                          const std::vector<std::int32_t>&, std::int64_t, Grid,
                                          const Device&);
template std::vector<float> similarities_to(const FeatureSimilarities&,
                                            const std::vector<std::int64_t>&, const Device&);
template std::vector<float> similarities_to(const GivenSimilarities&,
                                            const std::vector<std::int64_t>&, const Device&);

}  // namespace cohort::cuda
