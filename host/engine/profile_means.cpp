#include "host/engine/profile_means.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "cohort/column_sums.hpp"
#include "cohort/row_chunks.hpp"

namespace cohort {

namespace {

/// Rows that count are in.
struct ValueRange {
  float minimum = std::numeric_limits<float>::infinity();
  float maximum = -std::numeric_limits<float>::infinity();

  void see(float value) {
    minimum = value < minimum ? value : minimum;
    maximum = value > maximum ? value : maximum;
  }
  void see(const ValueRange& other) {
    minimum = std::min(minimum, other.minimum);
    maximum = std::max(maximum, other.maximum);
  }
  [[nodiscard]] double largest_from(double centre) const {
    if (minimum > maximum) return std::abs(centre);
    return std::max(std::abs(static_cast<double>(minimum) - centre),
                    std::abs(static_cast<double>(maximum) - centre));
  }
};

/// What rows say of a table's cells, groups x d: every worker has a table of its own, of so many
/// features that all tables together stay small, and they are put together in the end.
/// \param group  the group of row i \param see  see(cell, i, j) for each of its cells
template <class T>
std::vector<T> gathered(ThreadPool& pool, std::int64_t rows, std::int64_t groups, std::int64_t d,
                        const auto& group, const auto& see, const auto& merge) {
  constexpr double kMostCells = 4e6;
  const double own_cells = kMostCells / pool.threads() / static_cast<double>(groups);
  const std::int64_t width = std::clamp(static_cast<std::int64_t>(own_cells), std::int64_t{1}, d);
  std::vector<T> result(static_cast<std::size_t>(groups * d));
  for (std::int64_t begin = 0; begin < d; begin += width) {
    const std::int64_t end = std::min(begin + width, d);
    std::vector<std::vector<T>> workers(
        static_cast<std::size_t>(pool.threads()),
        std::vector<T>(static_cast<std::size_t>(groups * (end - begin))));
    over_row_chunks(pool, rows, [&](std::int64_t first, std::int64_t last, int worker) {
      T* const own = workers[static_cast<std::size_t>(worker)].data();
      for (std::int64_t i = first; i < last; ++i) {
        T* const cells = own + group(i) * (end - begin);
        for (std::int64_t j = begin; j < end; ++j) see(cells[j - begin], i, j);
      }
    });
    for (const std::vector<T>& own : workers)
      for (std::int64_t g = 0; g < groups; ++g)
        for (std::int64_t j = begin; j < end; ++j)
          merge(result[static_cast<std::size_t>(g * d + j)],
                own[static_cast<std::size_t>(g * (end - begin) + j - begin)]);
  }
  return result;
}

/// The sums of weight x term(i, j), which is integral.
std::vector<std::int64_t> sums_of(MatrixView<const float> x, const RowWeights& weights,
                                  std::int64_t groups, ThreadPool& pool, const auto& group,
                                  const auto& term) {
  const auto gather = [&](const auto& weighted) {
    return gathered<std::int64_t>(
        pool, x.rows(), groups, x.cols(), group,
        [&](std::int64_t& sum, std::int64_t i, std::int64_t j) { sum += weighted(term(i, j), i); },
        [](std::int64_t& sum, std::int64_t other) { sum += other; });
  };
  if (weights.all_one())
    return gather([](double value, std::int64_t) { return static_cast<std::int64_t>(value); });
  return gather([&](double value, std::int64_t i) {
    const WeightCut cut = weights[i];
    return weighted_term(value, cut.whole, cut.part);
  });
}

/// The ranges over the rows i for which counts(i).
std::vector<ValueRange> ranges_of(MatrixView<const float> x, std::int64_t groups, ThreadPool& pool,
                                  const auto& group, const auto& counts) {
  return gathered<ValueRange>(
      pool, x.rows(), groups, x.cols(), group,
      [&](ValueRange& range, std::int64_t i, std::int64_t j) {
        if (counts(i)) range.see(x(i, j));
      },
      [](ValueRange& range, const ValueRange& other) { range.see(other); });
}

/// A grid for each range about 0.
std::vector<Grid> value_grids(const std::vector<ValueRange>& ranges, const RowWeights& weights) {
  std::vector<Grid> grids;
  for (const ValueRange& range : ranges) grids.push_back(weights.grid(range.largest_from(0)));
  return grids;
}

/// A row's only group where nobody is told apart.
std::int64_t everyone(std::int64_t /*row*/) {
  return 0;
}

}  // namespace

FeatureMeans feature_means(MatrixView<const float> x, const Grouping& grouping, ThreadPool& pool) {
  const std::int64_t d = x.cols();
  const RowWeights& weights = grouping.weights();
  const auto groups = static_cast<std::int64_t>(grouping.groups());
  const std::vector<ValueRange> ranges =
      ranges_of(x, 1, pool, everyone, [&](std::int64_t i) { return weights.counts(i); });

  const std::vector<Grid> grids = value_grids(ranges, weights);
  const std::vector<double> steps = steps_of(grids);
  const std::vector<std::int64_t> sums = sums_of(
      x, weights, groups, pool, [&](std::int64_t i) { return grouping.of(i); },
      [&](std::int64_t i, std::int64_t j) {
        return on_grid(x(i, j), steps[static_cast<std::size_t>(j)]);
      });
  FeatureMeans result{Matrix<double>(groups, d), {}};
  for (std::int64_t j = 0; j < d; ++j) {
    const Grid grid = grids[static_cast<std::size_t>(j)];
    std::int64_t all = 0;
    for (std::int64_t g = 0; g < groups; ++g) {
      const std::int64_t sum = sums[static_cast<std::size_t>(g * d + j)];
      all += sum;
      result.mean(g, j) = grouping.mean(from_grid(sum, grid), grouping.group_weight(g));
    }
    result.mean(groups - 1, j) = grouping.mean(from_grid(all, grid), grouping.total_weight());
  }

  const std::span<const double> centre = result.mean.row(groups - 1);
  std::vector<Grid> grids_of_squares;
  for (std::size_t j = 0; j < ranges.size(); ++j) {
    const double largest = ranges[j].largest_from(centre[j]);
    grids_of_squares.push_back(weights.grid(largest * largest));
  }
  const std::vector<double> square_steps = steps_of(grids_of_squares);
  const std::vector<std::int64_t> squares =
      sums_of(x, weights, 1, pool, everyone, [&](std::int64_t i, std::int64_t j) {
        const auto feature = static_cast<std::size_t>(j);
        const double difference = static_cast<double>(x(i, j)) - centre[feature];
        return on_grid(difference * difference, square_steps[feature]);
      });
  for (std::size_t j = 0; j < squares.size(); ++j) {
    const double square = from_grid(squares[j], grids_of_squares[j]);
    const bool varies = ranges[j].minimum < ranges[j].maximum;
    result.deviation.push_back(varies ? std::sqrt(grouping.mean(square, grouping.total_weight()))
                                      : 0.0);
  }
  return result;
}

Matrix<double> group_means(MatrixView<const float> x, const Grouping& grouping, ThreadPool& pool) {
  const auto groups = static_cast<std::int64_t>(grouping.groups());
  const auto group = [&](std::int64_t i) { return grouping.of(i); };
  const std::vector<Grid> grids = value_grids(
      ranges_of(x, groups, pool, group, [](std::int64_t) { return true; }), grouping.weights());
  const std::vector<double> steps = steps_of(grids);
  const std::vector<std::int64_t> sums =
      sums_of(x, grouping.weights(), groups, pool, group, [&](std::int64_t i, std::int64_t j) {
        return on_grid(x(i, j), steps[static_cast<std::size_t>(group(i) * x.cols() + j)]);
      });
  Matrix<double> mean(groups, x.cols());
  for (std::int64_t g = 0; g < groups; ++g) {
    for (std::int64_t j = 0; j < x.cols(); ++j) {
      const auto cell = static_cast<std::size_t>(g * x.cols() + j);
      mean(g, j) = grouping.mean(from_grid(sums[cell], grids[cell]), grouping.group_weight(g));
    }
  }
  return mean;
}

}  // namespace cohort
