#include "host/engine/profile_medoids.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace cohort {

namespace {

double squared_distance(std::span<const float> row, const std::vector<double>& point) {
  double total = 0;
  for (std::size_t j = 0; j < row.size(); ++j) {
    const double difference = static_cast<double>(row[j]) - point[j];
    total += difference * difference;
  }
  return total;
}

std::vector<double> mean_of(const std::vector<std::int64_t>& members, MatrixView<const float> x,
                            const RowWeights& weights) {
  const auto d = static_cast<std::size_t>(x.cols());
  std::vector<float> largest(d);
  for (const std::int64_t i : members) {
    const std::span<const float> row = x.row(i);
    for (std::size_t j = 0; j < d; ++j) largest[j] = std::max(largest[j], std::abs(row[j]));
  }
  std::vector<Grid> grids;
  std::vector<double> steps;
  for (const float most : largest) {
    grids.push_back(weights.grid(static_cast<double>(most)));
    steps.push_back(grids.back().steps_per_unit());
  }
  const Grid ones = weights.grid(1);
  const double one = ones.steps_per_unit();
  std::vector<std::int64_t> sums(d);
  std::int64_t weight = 0;
  for (const std::int64_t i : members) {
    const std::span<const float> row = x.row(i);
    const WeightCut cut = weights[static_cast<std::size_t>(i)];
    weight += weighted_term(one, cut.whole, cut.part);
    for (std::size_t j = 0; j < d; ++j)
      sums[j] += weighted_term(on_grid(static_cast<double>(row[j]), steps[j]), cut.whole, cut.part);
  }
  std::vector<double> mean;
  for (std::size_t j = 0; j < d; ++j)
    mean.push_back(weight > 0 ? from_grid(sums[j], grids[j]) / from_grid(weight, ones) : 0.0);
  return mean;
}

std::vector<std::int64_t> weighing(const std::vector<std::int64_t>& members,
                                   const RowWeights& weights) {
  std::vector<std::int64_t> result;
  std::copy_if(members.begin(), members.end(), std::back_inserter(result),
               [&](std::int64_t i) { return weights.counts(static_cast<std::size_t>(i)); });
  return result.empty() ? members : result;
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

}  // namespace

std::int64_t central_member(const std::vector<std::int64_t>& members, MatrixView<const float> x,
                            const RowWeights& weights) {
  if (members.empty()) return -1;
  const std::vector<std::int64_t> candidates = weighing(members, weights);
  const std::size_t m = candidates.size();
  const std::vector<double> values = by_feature(candidates, x);
  const double steps = weights.grid(largest_distance(values, m)).steps_per_unit();
  std::vector<WeightCut> cuts;
  for (const std::int64_t i : candidates) cuts.push_back(weights[static_cast<std::size_t>(i)]);

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

std::int64_t mean_member(const std::vector<std::int64_t>& members, MatrixView<const float> x,
                         const RowWeights& weights) {
  const std::vector<double> mean = mean_of(members, x, weights);
  std::int64_t nearest = -1;
  double least = 0;
  for (const std::int64_t i : weighing(members, weights)) {
    const double distance = squared_distance(x.row(i), mean);
    if (nearest < 0 || distance < least) {
      nearest = i;
      least = distance;
    }
  }
  return nearest;
}

}  // namespace cohort
