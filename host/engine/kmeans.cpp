#include "cohort/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "cohort/backend.hpp"
#include "cohort/error.hpp"
#include "cohort/kmeans_rules.hpp"

#include "host/engine/all_rows.hpp"

namespace cohort {

namespace {

void check_centers(const KMeansParams& params, std::int64_t d) {
  const Matrix<float>& centers = params.centers;
  if (centers.rows() != params.n_clusters || centers.cols() != d)
    throw UsageError(fmt::format(
        "the starting centers are {} x {}; --n-clusters {} and {} features need {} x {}",
        centers.rows(), centers.cols(), params.n_clusters, d, params.n_clusters, d));
  for (std::int64_t c = 0; c < centers.rows(); ++c)
    for (std::int64_t j = 0; j < d; ++j)
      if (!std::isfinite(centers(c, j)))
        throw UsageError(
            fmt::format("the starting centers hold {} in row {}, column {}; they must be finite",
                        centers(c, j), c + 1, j + 1));
}

void check(const KMeansParams& params, std::int64_t n, std::int64_t d) {
  if (params.n_clusters < 1)
    throw UsageError(
        fmt::format("--n-clusters must be at least 1, and it is {}", params.n_clusters));
  if (params.n_init < 0)
    throw UsageError(
        fmt::format("--n-init must be at least 1, or 0 for auto, and it is {}", params.n_init));
  if (params.max_iter < 1)
    throw UsageError(fmt::format("--max-iter must be at least 1, and it is {}", params.max_iter));
  if (!std::isfinite(params.tol) || params.tol < 0)
    throw UsageError(
        fmt::format("--tol must be a finite number of at least 0, and it is {}", params.tol));
  if (params.init == KMeansInit::given) check_centers(params, d);
  if (d < 1) throw DataError("there are no features to cluster by");
  if (n < params.n_clusters)
    throw DataError(fmt::format("fewer rows ({}) than clusters ({}); use --n-clusters {} or fewer",
                                n, params.n_clusters, n));
}

// The backend's clusters by falling size, ties by the lowest first member.
std::vector<std::int64_t> numbering(const std::vector<std::int64_t>& sizes,
                                    const std::vector<std::int64_t>& first_members) {
  std::vector<std::int64_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::int64_t a, std::int64_t b) {
    const auto at_a = static_cast<std::size_t>(a);
    const auto at_b = static_cast<std::size_t>(b);
    return sizes[at_a] != sizes[at_b] ? sizes[at_a] > sizes[at_b]
                                      : first_members[at_a] < first_members[at_b];
  });
  return order;
}

/// How many rows have each label, and the first of them.
struct Members {
  explicit Members(std::int64_t k, std::int64_t none)
      : sizes(static_cast<std::size_t>(k)), first(static_cast<std::size_t>(k), none) {}
  std::vector<std::int64_t> sizes, first;
};

constexpr std::int64_t kRowsOfATask = 65536;

/// Calls task(first, last, index of the task) for stretches of n rows.
template <class Task>
void over_rows(std::int64_t n, ThreadPool& pool, const Task& task) {
  pool.run((n + kRowsOfATask - 1) / kRowsOfATask, [&](std::int64_t index, int) {
    task(index * kRowsOfATask, std::min(n, (index + 1) * kRowsOfATask), index);
  });
}

Members members_of(const std::vector<std::int32_t>& labels, std::int64_t k, ThreadPool& pool) {
  const auto n = std::ssize(labels);
  std::vector<Members> parts(static_cast<std::size_t>((n + kRowsOfATask - 1) / kRowsOfATask),
                             Members(k, n));
  over_rows(n, pool, [&](std::int64_t first, std::int64_t last, std::int64_t index) {
    Members& part = parts[static_cast<std::size_t>(index)];
    for (std::int64_t i = first; i < last; ++i) {
      const auto label = static_cast<std::size_t>(labels[static_cast<std::size_t>(i)]);
      if (part.sizes[label]++ == 0) part.first[label] = i;
    }
  });
  Members all(k, n);
  for (const Members& part : parts) {
    for (std::size_t c = 0; c < all.sizes.size(); ++c) {
      all.sizes[c] += part.sizes[c];
      all.first[c] = std::min(all.first[c], part.first[c]);
    }
  }
  return all;
}

KMeansResult numbered(KMeansFit fit, ThreadPool& pool) {
  const std::int64_t k = fit.centers.rows();
  const auto [sizes, first_members] = members_of(fit.labels, k, pool);
  const std::vector<std::int64_t> order = numbering(sizes, first_members);

  KMeansResult result;
  std::vector<std::int32_t> number(static_cast<std::size_t>(k));
  result.centers = Matrix<float>(k, fit.centers.cols());
  for (std::int64_t c = 0; c < k; ++c) {
    const auto from = static_cast<std::size_t>(order[static_cast<std::size_t>(c)]);
    number[from] = static_cast<std::int32_t>(c);
    std::ranges::copy(fit.centers.row(order[static_cast<std::size_t>(c)]),
                      result.centers.row(c).begin());
    result.sizes.push_back(sizes[from]);
    result.shares.push_back(fit.shares[from]);
  }
  result.labels = std::move(fit.labels);
  over_rows(
      std::ssize(result.labels), pool, [&](std::int64_t first, std::int64_t last, std::int64_t) {
        for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i)
          result.labels[i] = number[static_cast<std::size_t>(result.labels[i])];
      });
  result.inertia = fit.inertia;
  result.n_iter = fit.n_iter;
  result.best_init = fit.best_init;
  result.converged = fit.converged;
  return result;
}

}  // namespace

std::int64_t resolved_n_init(const KMeansParams& params, std::int64_t n, std::int64_t d) {
  if (params.init == KMeansInit::given) return 1;
  if (params.n_init > 0) return params.n_init;
  const double work =
      static_cast<double>(n) * static_cast<double>(d) * static_cast<double>(params.n_clusters);
  return static_cast<std::int64_t>(std::clamp(2e8 / work, 10.0, 100.0));
}

KMeansResult kmeans(Backend& backend, const DataSet& data, const KMeansParams& params) {
  check(params, data.rows(), data.features());
  KMeansParams resolved = params;
  resolved.n_init = resolved_n_init(params, data.rows(), data.features());
  KMeansResult result = numbered(backend.kmeans(data, resolved), backend.host_threads());
  result.n_init = resolved.n_init;
  return result;
}

KMeansResult kmeans(Backend& backend, const DistinctRows& rows, const KMeansParams& params) {
  check(params, std::ssize(rows.group), rows.data->features());
  const std::int64_t m = rows.data->rows();
  if (m < params.n_clusters) refuse_too_few_distinct(params.n_clusters, m);
  KMeansParams resolved = params;
  resolved.n_init = resolved_n_init(params, m, rows.data->features());
  KMeansFit fit = backend.kmeans(*rows.data, resolved);
  fit.labels = of_all_rows(rows, fit.labels);
  KMeansResult result = numbered(std::move(fit), backend.host_threads());
  result.n_init = resolved.n_init;
  result.distinct_rows = m;
  return result;
}

}  // namespace cohort
