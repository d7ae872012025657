#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "cohort/memory.hpp"

#include "host/cpu/kmeans_lloyd.hpp"
#include "host/cpu/kmeans_starts.hpp"

namespace cohort::cpu {

namespace {

// Tells the listener about passes, at most ten times a second.
class PassCounter {
 public:
  explicit PassCounter(const ProgressListener& listener) : listener_(listener) {}
  void count() {
    ++passes_;
    const auto now = std::chrono::steady_clock::now();
    if (!listener_ || now - told_ < std::chrono::milliseconds(100)) return;
    told_ = now;
    listener_({"K-means", passes_, 0, "passes"});
  }

 private:
  const ProgressListener& listener_;
  std::int64_t passes_ = 0;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

double bytes_per_restart(const CpuDataSet& data, const KMeansParams& params, int threads) {
  const auto rows = static_cast<double>(data.rows());
  const double centers = static_cast<double>(params.n_clusters) *
                         static_cast<double>(data.features() + 1) * sizeof(std::int64_t);
  const double label_bytes = params.n_clusters <= 256 ? 1 : 4;
  return rows * std::max(static_cast<double>(sizeof(float)), label_bytes) + centers * (threads + 3);
}

// Restarts that advance together: as many as a gigabyte holds.
std::int64_t restarts_together(double bytes_each, std::int64_t n_init) {
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(1e9 / bytes_each), 1, n_init);
}

}  // namespace

KMeansFit kmeans(const CpuDataSet& data, const KMeansParams& params, Machine machine) {
  const double bytes_each = bytes_per_restart(data, params, machine.pool.threads());
  const std::int64_t together = restarts_together(bytes_each, params.n_init);
  const double bytes_of_results = static_cast<double>(data.rows()) * 16;
  require_memory(bytes_each * static_cast<double>(together) + bytes_of_results, "K-means",
                 "use fewer rows or clusters");

  PassCounter passes(params.progress);
  const auto pass_done = [&] { passes.count(); };
  const KMeansSums sums(data, machine);
  const double tolerance = params.tol > 0 ? params.tol * sums.mean_variance() : 0;
  std::optional<KMeansFit> best;
  for (std::int64_t first = 0; first < params.n_init; first += together) {
    const RestartRange restarts = {first, std::min(together, params.n_init - first)};
    KMeansFit fit =
        lloyd(data, sums, kmeans_starts(data, params, sums, restarts, machine, pass_done),
              {params.max_iter, tolerance}, machine, pass_done);
    fit.best_init += first;
    if (!best || fit.inertia < best->inertia) best = std::move(fit);
  }
  return *std::move(best);
}

}  // namespace cohort::cpu
