#include "host/engine/affinity_medoids.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "cohort/exact_sum.hpp"
#include "cohort/row_chunks.hpp"

namespace cohort {

namespace {

double largest_magnitude(std::span<const float> values) {
  double largest = 0;
  for (const float value : values)
    largest = std::max(largest, std::abs(static_cast<double>(value)));
  return largest;
}

/// k x d means, and the total weight of each cluster: exact sums, whatever thread adds.
struct Means {
  Matrix<double> values;
  std::vector<std::int64_t> weights;  ///< on a grid of their own: zero is zero
};

Means means_of(const WeightedRows& rows, std::span<const std::int32_t> labels, std::size_t clusters,
               ThreadPool& pool) {
  const std::int64_t n = rows.x.rows();
  const std::int64_t d = rows.x.cols();
  const double heaviest = largest_magnitude(rows.weights);
  const double largest = largest_magnitude({rows.x.data(), static_cast<std::size_t>(n * d)});
  const Grid weight_grid = grid_for(heaviest, static_cast<double>(n));
  const Grid term_grid = grid_for(heaviest * largest, static_cast<double>(n));
  const auto width = static_cast<std::size_t>(d + 1);
  std::vector<std::vector<std::int64_t>> sums(static_cast<std::size_t>(pool.threads()),
                                              std::vector<std::int64_t>(clusters * width));
  over_row_chunks(pool, n, [&](std::int64_t first, std::int64_t last, int worker) {
    for (std::int64_t i = first; i < last; ++i) {
      const auto weight = static_cast<double>(rows.weights[static_cast<std::size_t>(i)]);
      std::int64_t* own = sums[static_cast<std::size_t>(worker)].data() +
                          static_cast<std::size_t>(labels[static_cast<std::size_t>(i)]) * width;
      for (const float value : rows.x.row(i))
        *own++ += static_cast<std::int64_t>(
            on_grid(weight * static_cast<double>(value), term_grid.steps_per_unit()));
      *own += static_cast<std::int64_t>(on_grid(weight, weight_grid.steps_per_unit()));
    }
  });
  for (std::size_t worker = 1; worker < sums.size(); ++worker)
    for (std::size_t j = 0; j < sums[0].size(); ++j) sums[0][j] += sums[worker][j];
  Means means{Matrix<double>(static_cast<std::int64_t>(clusters), d), {}};
  const std::int64_t* sum = sums[0].data();
  for (std::int64_t c = 0; c < means.values.rows(); ++c, ++sum) {
    const double total = from_grid(sum[d], weight_grid);
    for (double& value : means.values.row(c)) value = from_grid(*sum++, term_grid) / total;
    means.weights.push_back(*sum);
  }
  return means;
}

/// Of each cluster the member nearest to its mean; a cluster without weight keeps its own.
std::vector<std::int64_t> nearest_to_means(const WeightedRows& rows,
                                           std::span<const std::int32_t> labels,
                                           std::vector<std::int64_t> exemplars, const Means& means,
                                           ThreadPool& pool) {
  using Nearest = std::pair<double, std::int64_t>;  // distance, row: the lowest of equals
  const Nearest nothing{std::numeric_limits<double>::infinity(),
                        std::numeric_limits<std::int64_t>::max()};
  std::vector<std::vector<Nearest>> nearest(static_cast<std::size_t>(pool.threads()),
                                            std::vector<Nearest>(exemplars.size(), nothing));
  over_row_chunks(pool, rows.x.rows(), [&](std::int64_t first, std::int64_t last, int worker) {
    for (std::int64_t i = first; i < last; ++i) {
      const std::int32_t label = labels[static_cast<std::size_t>(i)];
      double total = 0;
      for (std::int64_t f = 0; f < rows.x.cols(); ++f) {
        const double difference = static_cast<double>(rows.x(i, f)) - means.values(label, f);
        total += difference * difference;
      }
      Nearest& own = nearest[static_cast<std::size_t>(worker)][static_cast<std::size_t>(label)];
      own = std::min(own, {total, i});
    }
  });
  for (std::size_t c = 0; c < exemplars.size(); ++c) {
    if (means.weights[c] == 0) continue;
    Nearest best = nothing;
    for (const auto& of_worker : nearest) best = std::min(best, of_worker[c]);
    exemplars[c] = best.second;
  }
  std::sort(exemplars.begin(), exemplars.end());
  return exemplars;
}

/// The nearest exemplar of every row; exemplars belong to themselves.
Assignment join(Backend& backend, const WeightedRows& rows,
                const std::vector<std::int64_t>& exemplars) {
  Matrix<float> centers(std::ssize(exemplars), rows.x.cols());
  for (std::int64_t k = 0; k < centers.rows(); ++k)
    std::ranges::copy(rows.x.row(exemplars[static_cast<std::size_t>(k)]), centers.row(k).begin());
  Assignment joined = backend.assign(rows.data, centers);
  for (std::size_t k = 0; k < exemplars.size(); ++k) {
    const auto own = static_cast<std::size_t>(exemplars[k]);
    joined.labels[own] = static_cast<std::int32_t>(k);
    joined.squared_distance[own] = 0;
  }
  return joined;
}

}  // namespace

Medoids settle_medoids(Backend& backend, const WeightedRows& rows,
                       std::vector<std::int64_t> exemplars) {
  ThreadPool& pool = backend.host_threads();
  Assignment joined = join(backend, rows, exemplars);
  Medoids medoids;
  medoids.first_distance = joined.squared_distance;
  while (medoids.rounds < kMostRefinements) {
    const Means means = means_of(rows, joined.labels, exemplars.size(), pool);
    std::vector<std::int64_t> best = nearest_to_means(rows, joined.labels, exemplars, means, pool);
    if (best == exemplars) break;
    exemplars = std::move(best);
    joined = join(backend, rows, exemplars);
    ++medoids.rounds;
  }
  medoids.rows = std::move(exemplars);
  medoids.labels = std::move(joined.labels);
  medoids.squared_distance = std::move(joined.squared_distance);
  return medoids;
}

}  // namespace cohort
