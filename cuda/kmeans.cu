#include <algorithm>
#include <optional>

#include "cuda/kmeans_finish.hpp"
#include "cuda/kmeans_lloyd.hpp"
#include "cuda/kmeans_starts.hpp"
#include "cuda/operations.hpp"

namespace cohort::cuda {

namespace {

/// Restarts that advance together: as many as memory holds. Throws MemoryError where it holds none.
std::int64_t restarts_together(const CudaDataSet& data, const KMeansParams& params,
                               const Device& device) {
  const std::int64_t k = params.n_clusters;
  const double once = Relabel::bytes(data.rows(), data.features(), k);
  const double each = RestartArrays::bytes_each(data.rows(), lloyd_layout(k, data.features())) +
                      start_bytes_each(data.view(), params);
  device.require_memory(once + each, "K-means", "use --device cpu or fewer rows or clusters");
  const double left = 0.9 * static_cast<double>(device.available_memory()) - once;
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(left / each), 1,
                                  std::min(params.n_init, kMostRestarts));
}

}  // namespace

KMeansFit kmeans(const CudaDataSet& data, const KMeansParams& params, const Device& device) {
  const std::int64_t together = restarts_together(data, params, device);
  Passes passes(device, params.progress);
  const KMeansSums sums(data, device);
  const LloydLimits limits = {params.max_iter,
                              params.tol > 0 ? params.tol * sums.mean_variance() : 0};
  const CenterLayout layout = lloyd_layout(params.n_clusters, data.features());
  std::optional<KMeansFit> best;
  for (std::int64_t first = 0; first < params.n_init; first += together) {
    const RestartArrays restarts(device, data, layout, std::min(together, params.n_init - first));
    const LloydWork work = {data.view(), sums.rows(), sums.units(), limits, restarts.view()};
    kmeans_starts(data, params, sums, work.restarts, first, device, passes);
    const Relabel relabel(data, params.n_clusters, device);
    lloyd(work, relabel, device, passes);
    const std::vector<double> inertias = finish(work, relabel, device);
    const auto lowest = std::ranges::min_element(inertias);
    if (best && best->inertia <= *lowest) continue;
    best = fit_of(work, lowest - inertias.begin(), *lowest, device);
    best->best_init += first;
  }
  return *std::move(best);
}

}  // namespace cohort::cuda
