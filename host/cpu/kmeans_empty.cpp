#include <algorithm>
#include <numeric>

#include "host/cpu/kmeans_lloyd.hpp"
#include "host/cpu/kmeans_starts.hpp"

namespace cohort::cpu {

namespace {

// The `count` rows farthest from their centres, by falling distance, then rising index.
std::vector<std::int64_t> farthest_rows(const std::vector<float>& distances, std::int64_t count) {
  std::vector<std::int64_t> rows(distances.size());
  std::iota(rows.begin(), rows.end(), 0);
  const auto end = rows.begin() + std::min<std::int64_t>(count, std::ssize(rows));
  std::partial_sort(rows.begin(), end, rows.end(), [&](std::int64_t a, std::int64_t b) {
    const float of_a = distances[static_cast<std::size_t>(a)];
    const float of_b = distances[static_cast<std::size_t>(b)];
    return of_a > of_b || (of_a == of_b && a < b);
  });
  rows.erase(end, rows.end());
  return rows;
}

}  // namespace

void fill_empty_clusters(const CpuDataSet& data, const KMeansSums& sums,
                         const Matrix<float>& centers, Machine machine, ClusterSums& clusters) {
  const std::int64_t k = centers.rows();
  std::vector<std::int64_t> empty;
  for (std::int64_t c = 0; c < k; ++c)
    if (clusters.weights[static_cast<std::size_t>(c)] == 0) empty.push_back(c);

  Assignment assignment = assign(data, centers, machine);
  for (std::int64_t i = 0; i < data.rows(); ++i)
    if (sums.weight_term(i) == 0) assignment.squared_distance[static_cast<std::size_t>(i)] = 0;

  // At most one row of each cluster is passed over: the last that it has.
  const std::vector<std::int64_t> rows = farthest_rows(assignment.squared_distance, k);
  auto next = rows.begin();
  for (std::size_t e = 0; e < empty.size(); ++e) {
    const auto movable = [&](std::int64_t i) {
      const auto own = static_cast<std::size_t>(assignment.labels[static_cast<std::size_t>(i)]);
      return clusters.weights[own] > sums.weight_term(i);
    };
    next = std::find_if(next, rows.end(), movable);
    if (next == rows.end() || assignment.squared_distance[static_cast<std::size_t>(*next)] == 0)
      refuse_too_few_distinct(k, k - static_cast<std::int64_t>(empty.size() - e));
    const std::int64_t row = *next++;
    const std::int64_t from = assignment.labels[static_cast<std::size_t>(row)];
    const std::int64_t to = empty[e];
    const std::int64_t weight = sums.weight_term(row);
    clusters.weights[static_cast<std::size_t>(from)] -= weight;
    clusters.weights[static_cast<std::size_t>(to)] = weight;
    for (std::int64_t j = 0; j < data.features(); ++j) {
      const std::int64_t term = sums.value_term(data.at(row, j), j, row);
      clusters.values(from, j) -= term;
      clusters.values(to, j) = term;
    }
  }
}

}  // namespace cohort::cpu
