#include <algorithm>
#include <numeric>

#include "host/cpu/kmeans_lloyd.hpp"

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
  Assignment assignment = assign(data, centers, machine);
  for (std::int64_t i = 0; i < data.rows(); ++i)
    if (sums.weight_term(i) == 0) assignment.squared_distance[static_cast<std::size_t>(i)] = 0;

  const std::vector<std::int64_t> rows = farthest_rows(assignment.squared_distance, centers.rows());
  const auto far_row = [&, next = rows.begin()]() mutable {
    const std::int64_t row = *next++;
    return FarRow{row, assignment.squared_distance[static_cast<std::size_t>(row)],
                  assignment.labels[static_cast<std::size_t>(row)], sums.weight_term(row)};
  };
  cohort::fill_empty_clusters(clusters.weights, far_row, [&](const FarRow& far, std::int64_t to) {
    for (std::int64_t j = 0; j < data.features(); ++j) {
      const std::int64_t term = sums.value_term(data.at(far.row, j), j, far.row);
      clusters.values(far.cluster, j) -= term;
      clusters.values(to, j) = term;
    }
  });
}

}  // namespace cohort::cpu
