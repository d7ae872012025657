#pragma once
/// Rows on the first two components, made ready to draw.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/parallel.hpp"

namespace cohort::report {

struct Bounds {
  double left = 0, right = 0, bottom = 0, top = 0;
};

/// Of the first two columns.
[[nodiscard]] Bounds bounds_of(const Matrix<double>& scores, ThreadPool& pool);

/// The counts of all rows in `columns` x `rows` equal cells of the bounds, row 0 at the top.
[[nodiscard]] Matrix<std::int64_t> density_of(const Matrix<double>& scores, const Bounds& bounds,
                                              std::int64_t columns, std::int64_t rows,
                                              ThreadPool& pool);

/// Where a cluster's rows are: their mean, and the axes of the ellipse of one standard deviation.
struct Cloud {
  std::int64_t rows = 0;
  double x = 0, y = 0;
  double major = 0, minor = 0;  ///< standard deviations along the axes
  double degrees = 0;           ///< of the major axis, anticlockwise from the x axis
};

/// \param rows  which to look at \param labels  of all rows; those of [0, clusters) count
[[nodiscard]] std::vector<Cloud> clouds_of(const Matrix<double>& scores,
                                           std::span<const std::int64_t> rows,
                                           std::span<const std::int32_t> labels,
                                           std::int64_t clusters);

}  // namespace cohort::report
