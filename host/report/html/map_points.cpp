#include "host/report/html/map_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cohort/exact_sum.hpp"
#include "cohort/row_chunks.hpp"

namespace cohort::report {
namespace {

/// Calls see(row, worker) for every row.
template <class See>
void over_scores(const Matrix<double>& scores, ThreadPool& pool, const See& see) {
  over_row_chunks(pool, scores.rows(), [&](std::int64_t first, std::int64_t last, int worker) {
    for (std::int64_t i = first; i < last; ++i) see(i, static_cast<std::size_t>(worker));
  });
}

/// Exact sums of terms of at most so much in magnitude.
class Sums {
 public:
  Sums(std::size_t count, double largest, std::size_t terms)
      : grid_(grid_for(largest, static_cast<double>(terms))), sums_(count) {}
  void add(std::size_t sum, double term) { sums_[sum].add(term, grid_.steps_per_unit()); }
  [[nodiscard]] double value(std::size_t sum) const { return sums_[sum].value(grid_); }

 private:
  Grid grid_;
  std::vector<WideSum> sums_;
};

}  // namespace

Bounds bounds_of(const Matrix<double>& scores, ThreadPool& pool) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<Bounds> workers(static_cast<std::size_t>(pool.threads()),
                              {infinity, -infinity, infinity, -infinity});
  over_scores(scores, pool, [&](std::int64_t i, std::size_t worker) {
    Bounds& own = workers[worker];
    own.left = std::min(own.left, scores(i, 0));
    own.right = std::max(own.right, scores(i, 0));
    own.bottom = std::min(own.bottom, scores(i, 1));
    own.top = std::max(own.top, scores(i, 1));
  });
  Bounds bounds = workers.front();
  for (const Bounds& own : workers) {
    bounds.left = std::min(bounds.left, own.left);
    bounds.right = std::max(bounds.right, own.right);
    bounds.bottom = std::min(bounds.bottom, own.bottom);
    bounds.top = std::max(bounds.top, own.top);
  }
  return bounds;
}

Matrix<std::int64_t> density_of(const Matrix<double>& scores, const Bounds& bounds,
                                std::int64_t columns, std::int64_t rows, ThreadPool& pool) {
  const auto cell = [](double place, double size, std::int64_t cells) {
    const double fraction = size > 0 ? place / size : 0.5;
    return std::clamp<std::int64_t>(
        static_cast<std::int64_t>(fraction * static_cast<double>(cells)), 0, cells - 1);
  };
  std::vector<Matrix<std::int64_t>> workers(static_cast<std::size_t>(pool.threads()),
                                            Matrix<std::int64_t>(rows, columns));
  over_scores(scores, pool, [&](std::int64_t i, std::size_t worker) {
    const std::int64_t column =
        cell(scores(i, 0) - bounds.left, bounds.right - bounds.left, columns);
    const std::int64_t row = cell(bounds.top - scores(i, 1), bounds.top - bounds.bottom, rows);
    ++workers[worker](row, column);
  });
  Matrix<std::int64_t> counts(rows, columns);
  for (const auto& own : workers)
    for (std::int64_t i = 0; i < rows * columns; ++i) counts.data()[i] += own.data()[i];
  return counts;
}

std::vector<Cloud> clouds_of(const Matrix<double>& scores, std::span<const std::int64_t> rows,
                             std::span<const std::int32_t> labels, std::int64_t clusters) {
  std::vector<Cloud> clouds(static_cast<std::size_t>(clusters));
  const auto each = [&](const auto& see) {
    for (const std::int64_t row : rows) {
      const std::int32_t label = labels[static_cast<std::size_t>(row)];
      if (label >= 0 && label < clusters)
        see(static_cast<std::size_t>(label), scores(row, 0), scores(row, 1));
    }
  };
  double farthest = 0;
  each([&](std::size_t c, double x, double y) {
    ++clouds[c].rows;
    farthest = std::max({farthest, std::abs(x), std::abs(y)});
  });
  Sums places(2 * clouds.size(), farthest, rows.size());
  each([&](std::size_t c, double x, double y) {
    places.add(2 * c, x);
    places.add(2 * c + 1, y);
  });
  for (std::size_t c = 0; c < clouds.size(); ++c) {
    const auto n = static_cast<double>(std::max<std::int64_t>(clouds[c].rows, 1));
    clouds[c].x = places.value(2 * c) / n;
    clouds[c].y = places.value(2 * c + 1) / n;
  }
  Sums squares(3 * clouds.size(), 4 * farthest * farthest, rows.size());
  each([&](std::size_t c, double x, double y) {
    const double across = x - clouds[c].x;
    const double up = y - clouds[c].y;
    squares.add(3 * c, across * across);
    squares.add(3 * c + 1, across * up);
    squares.add(3 * c + 2, up * up);
  });
  for (std::size_t c = 0; c < clouds.size(); ++c) {
    const auto n = static_cast<double>(std::max<std::int64_t>(clouds[c].rows, 1));
    const double xx = squares.value(3 * c);
    const double xy = squares.value(3 * c + 1);
    const double yy = squares.value(3 * c + 2);
    const double middle = (xx + yy) / (2 * n);
    const double spread = std::hypot((xx - yy) / 2, xy) / n;
    clouds[c].major = std::sqrt(middle + spread);
    clouds[c].minor = std::sqrt(std::max(middle - spread, 0.0));
    clouds[c].degrees = std::atan2(2 * xy, xx - yy) * 90 / std::numbers::pi;
  }
  return clouds;
}

}  // namespace cohort::report
