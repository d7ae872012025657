/// Between which preferences the number of clusters is decided.

#include <algorithm>
#include <limits>

#include "host/engine/affinity_problem.hpp"

namespace cohort {

namespace {

/// Rows up to which the best two exemplars are found by trying all pairs: half a billion steps.
constexpr std::int64_t kRowsOfAllPairs = 1000;

/// For every row the largest w_i s(i,j), j != i: of the rows that differ from it in some bit of
/// their number, and every other row does in one.
std::vector<float> row_maxima(AffinityPasses& passes) {
  const std::int64_t n = passes.rows();
  std::vector<float> largest(static_cast<std::size_t>(n), -std::numeric_limits<float>::infinity());
  for (std::int64_t bit = 1; bit < n; bit *= 2)
    for (const std::int64_t side : {std::int64_t{0}, bit}) {
      std::vector<std::int64_t> others;
      for (std::int64_t j = 0; j < n; ++j)
        if ((j & bit) == side) others.push_back(j);
      const std::vector<std::int32_t> joined = passes.join(others);
      std::vector<std::int64_t> columns;
      for (const std::int32_t label : joined)
        columns.push_back(others[static_cast<std::size_t>(label)]);
      const std::vector<float> similarities = passes.similarities_to(columns);
      for (std::size_t i = 0; i < largest.size(); ++i)
        if (columns[i] != static_cast<std::int64_t>(i))
          largest[i] = std::max(largest[i], similarities[i]);
    }
  return largest;
}

std::int64_t steps(float value, Grid grid) {
  return static_cast<std::int64_t>(on_grid(value, grid.steps_per_unit()));
}

/// No two exemplars have a larger sum: every other row pays its least. \returns on the grid
std::int64_t bound_of_two(AffinityPasses& passes, Grid grid) {
  std::vector<std::int64_t> paid;
  for (const float s : row_maxima(passes)) paid.push_back(steps(s, grid));
  std::nth_element(paid.begin(), paid.begin() + 1, paid.end());
  std::int64_t sum = 0;
  for (std::size_t i = 2; i < paid.size(); ++i) sum += paid[i];
  return sum;
}

/// The largest sum that two exemplars have. Whole numbers in doubles: exact up to 2^53.
std::int64_t best_two(AffinityPasses& passes, Grid grid) {
  const auto n = static_cast<std::size_t>(passes.rows());
  Matrix<double> paid(passes.rows(), passes.rows());  // row j: what each row pays for j, itself 0
  for (std::size_t j = 0; j < n; ++j) {
    const std::vector<float> column =
        passes.similarities_to(std::vector<std::int64_t>(n, static_cast<std::int64_t>(j)));
    for (std::size_t i = 0; i < n; ++i)
      if (i != j)
        paid(static_cast<std::int64_t>(j), static_cast<std::int64_t>(i)) =
            on_grid(column[i], grid.steps_per_unit());
  }
  constexpr std::size_t lanes = 8;
  double best = -std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = a + 1; b < n; ++b) {
      const double* const of_a = paid.row(static_cast<std::int64_t>(a)).data();
      const double* const of_b = paid.row(static_cast<std::int64_t>(b)).data();
      double sum[lanes] = {};
      std::size_t i = 0;
      for (; i + lanes <= n; i += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane)
          sum[lane] += of_a[i + lane] > of_b[i + lane] ? of_a[i + lane] : of_b[i + lane];
      for (; i < n; ++i) sum[0] += std::max(of_a[i], of_b[i]);
      // Exemplars pay nothing for themselves, and nothing for each other.
      const double cross = std::max(of_a[b], 0.0) + std::max(of_b[a], 0.0);
      best = std::max(
          best, sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7] - cross);
    }
  return static_cast<std::int64_t>(best);
}

}  // namespace

std::vector<std::int64_t> totals_for_one(const AffinityProblem& problem, Grid grid) {
  const std::vector<std::int32_t> together(static_cast<std::size_t>(problem.rows()));
  return problem.passes().totals(together, 1, grid);
}

PreferenceRange preference_range(const AffinityProblem& problem) {
  PreferenceRange range;
  range.largest = problem.range().largest;
  range.least_is_exact = problem.rows() <= kRowsOfAllPairs;
  if (problem.rows() < 2) return range;
  const Grid grid = grid_for(problem.magnitude(), static_cast<double>(problem.rows() + 1));
  const std::vector<std::int64_t> totals = totals_for_one(problem, grid);
  const std::int64_t one = *std::max_element(totals.begin(), totals.end());
  const std::int64_t two = range.least_is_exact ? best_two(problem.passes(), grid)
                                                : bound_of_two(problem.passes(), grid);
  range.least = from_grid(one - two, grid);
  return range;
}

}  // namespace cohort
