#include "host/engine/profile_medoids.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "cohort/row_chunks.hpp"

#include "host/engine/profile_means.hpp"

namespace cohort {

namespace {

double squared_distance(std::span<const float> row, std::span<const double> point) {
  double total = 0;
  for (std::size_t j = 0; j < row.size(); ++j) {
    const double difference = static_cast<double>(row[j]) - point[j];
    total += difference * difference;
  }
  return total;
}

/// The members' values, feature after feature, so that a loop over members runs in vectors.
std::vector<double> by_feature(const std::vector<std::int64_t>& members,
                               MatrixView<const float> x) {
  std::vector<double> values;
  values.reserve(members.size() * static_cast<std::size_t>(x.cols()));
  for (std::int64_t j = 0; j < x.cols(); ++j) {
    for (const std::int64_t i : members) values.push_back(static_cast<double>(x(i, j)));
  }
  return values;
}

double largest_distance(const std::vector<double>& values, std::size_t m) {
  double square = 0;
  for (std::size_t first = 0; first < values.size(); first += m) {
    const auto [low, high] =
        std::minmax_element(values.begin() + static_cast<std::ptrdiff_t>(first),
                            values.begin() + static_cast<std::ptrdiff_t>(first + m));
    square += (*high - *low) * (*high - *low);
  }
  return 1.001 * std::sqrt(square);
}

/// \param candidates  ascending rows
std::int64_t central_among(const std::vector<std::int64_t>& candidates, MatrixView<const float> x,
                           const RowWeights& weights) {
  const std::size_t m = candidates.size();
  const std::vector<double> values = by_feature(candidates, x);
  const double steps = weights.grid(largest_distance(values, m)).steps_per_unit();
  std::vector<WeightCut> cuts;
  for (const std::int64_t i : candidates) cuts.push_back(weights[i]);

  constexpr std::size_t kTile = 1024;
  std::vector<std::int64_t> sums(m);
  std::array<double, kTile> distances;
  for (std::size_t tile = 0; tile < m; tile += kTile) {
    const std::size_t end = std::min(tile + kTile, m);
    for (std::size_t i = 0; i < end; ++i) {
      const std::size_t begin = std::max(tile, i + 1);
      distances.fill(0);
      for (std::size_t first = 0; first < values.size(); first += m) {
        const double own = values[first + i];
        for (std::size_t other = begin; other < end; ++other) {
          const double difference = values[first + other] - own;
          distances[other - begin] += difference * difference;
        }
      }
      for (std::size_t other = begin; other < end; ++other) {
        const double distance = on_grid(std::sqrt(distances[other - begin]), steps);
        sums[i] += weighted_term(distance, cuts[other].whole, cuts[other].part);
        sums[other] += weighted_term(distance, cuts[i].whole, cuts[i].part);
      }
    }
  }
  return candidates[static_cast<std::size_t>(std::min_element(sums.begin(), sums.end()) -
                                             sums.begin())];
}

/// The nearest row so far.
struct Nearest {
  std::int64_t row = -1;
  double distance = 0;

  void see(std::int64_t other, double other_distance) {
    if (other < 0) return;
    if (row < 0 || other_distance < distance || (other_distance == distance && other < row))
      *this = {other, other_distance};
  }
};

}  // namespace

std::vector<std::int64_t> central_members(MatrixView<const float> x, const Grouping& grouping,
                                          ThreadPool& pool) {
  std::vector<std::vector<std::int64_t>> candidates(static_cast<std::size_t>(grouping.groups()));
  for (std::int64_t i = 0; i < x.rows(); ++i)
    if (grouping.counts(i)) candidates[static_cast<std::size_t>(grouping.of(i))].push_back(i);
  std::vector<std::int64_t> members(candidates.size() - 1, -1);
  pool.run(std::ssize(members), [&](std::int64_t group, int) {
    const auto g = static_cast<std::size_t>(group);
    if (!candidates[g].empty()) members[g] = central_among(candidates[g], x, grouping.weights());
  });
  return members;
}

std::vector<std::int64_t> mean_members(MatrixView<const float> x, const Grouping& grouping,
                                       ThreadPool& pool) {
  const Matrix<double> means = group_means(x, grouping, pool);
  std::vector<std::vector<Nearest>> workers(
      static_cast<std::size_t>(pool.threads()),
      std::vector<Nearest>(static_cast<std::size_t>(grouping.groups())));
  over_row_chunks(pool, x.rows(), [&](std::int64_t first, std::int64_t last, int worker) {
    std::vector<Nearest>& nearest = workers[static_cast<std::size_t>(worker)];
    for (std::int64_t i = first; i < last; ++i) {
      if (!grouping.counts(i)) continue;
      const std::int64_t group = grouping.of(i);
      nearest[static_cast<std::size_t>(group)].see(i, squared_distance(x.row(i), means.row(group)));
    }
  });
  std::vector<std::int64_t> members;
  for (std::size_t g = 0; g + 1 < workers[0].size(); ++g) {
    Nearest nearest;
    for (const std::vector<Nearest>& own : workers) nearest.see(own[g].row, own[g].distance);
    members.push_back(nearest.row);
  }
  return members;
}

}  // namespace cohort
