#include "host/report/html/map_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace cohort::report {
namespace {

constexpr std::int64_t kRowsOfATask = 1 << 16;

double height_of(const Matrix<double>& scores, std::int64_t row) {
  return scores.cols() < 2 ? 0 : scores(row, 1);
}

/// Calls see(row, worker) for every row.
template <class See>
void over_scores(const Matrix<double>& scores, ThreadPool& pool, const See& see) {
  pool.run((scores.rows() + kRowsOfATask - 1) / kRowsOfATask, [&](std::int64_t task, int worker) {
    const std::int64_t end = std::min(scores.rows(), (task + 1) * kRowsOfATask);
    for (std::int64_t i = task * kRowsOfATask; i < end; ++i)
      see(i, static_cast<std::size_t>(worker));
  });
}

}  // namespace

Bounds bounds_of(const Matrix<double>& scores, ThreadPool& pool) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<Bounds> workers(static_cast<std::size_t>(pool.threads()),
                              {infinity, -infinity, infinity, -infinity});
  over_scores(scores, pool, [&](std::int64_t i, std::size_t worker) {
    Bounds& own = workers[worker];
    own.left = std::min(own.left, scores(i, 0));
    own.right = std::max(own.right, scores(i, 0));
    own.bottom = std::min(own.bottom, height_of(scores, i));
    own.top = std::max(own.top, height_of(scores, i));
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
    const std::int64_t row =
        cell(bounds.top - height_of(scores, i), bounds.top - bounds.bottom, rows);
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
        see(static_cast<std::size_t>(label), scores(row, 0), height_of(scores, row));
    }
  };
  each([&](std::size_t c, double x, double y) {
    ++clouds[c].rows;
    clouds[c].x += x;
    clouds[c].y += y;
  });
  for (Cloud& cloud : clouds) {
    const auto n = static_cast<double>(std::max<std::int64_t>(cloud.rows, 1));
    cloud.x /= n;
    cloud.y /= n;
  }
  struct Squares {
    double xx = 0, xy = 0, yy = 0;
  };
  std::vector<Squares> squares(clouds.size());
  each([&](std::size_t c, double x, double y) {
    squares[c].xx += (x - clouds[c].x) * (x - clouds[c].x);
    squares[c].xy += (x - clouds[c].x) * (y - clouds[c].y);
    squares[c].yy += (y - clouds[c].y) * (y - clouds[c].y);
  });
  for (std::size_t c = 0; c < clouds.size(); ++c) {
    const auto n = static_cast<double>(std::max<std::int64_t>(clouds[c].rows, 1));
    const double middle = (squares[c].xx + squares[c].yy) / (2 * n);
    const double spread = std::hypot((squares[c].xx - squares[c].yy) / 2, squares[c].xy) / n;
    clouds[c].major = std::sqrt(middle + spread);
    clouds[c].minor = std::sqrt(std::max(middle - spread, 0.0));
    clouds[c].degrees =
        std::atan2(2 * squares[c].xy, squares[c].xx - squares[c].yy) * 90 / std::numbers::pi;
  }
  return clouds;
}

}  // namespace cohort::report
