#include "host/survey/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "cohort/exact_sum.hpp"

namespace cohort {
namespace {

std::vector<double> present(std::span<const double> values) {
  std::vector<double> cells;
  std::copy_if(values.begin(), values.end(), std::back_inserter(cells),
               [](double x) { return !std::isnan(x); });
  return cells;
}

template <class Term>
double exact_sum(std::span<const double> values, double largest, std::int64_t count,
                 const Term& term) {
  const Grid grid = grid_for(largest, static_cast<double>(count));
  const double steps = grid.steps_per_unit();
  WideSum sum;
  for (const double x : values) {
    if (!std::isnan(x)) sum.add(term(x), steps);
  }
  return sum.value(grid);
}

}  // namespace

Range range_of(std::span<const double> values) {
  Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 0};
  for (const double x : values) {
    if (std::isnan(x)) continue;
    range.minimum = std::min(range.minimum, x);
    range.maximum = std::max(range.maximum, x);
    ++range.count;
  }
  return range;
}

Moments moments_of(std::span<const double> values) {
  const Range range = range_of(values);
  const auto count = static_cast<double>(range.count);
  const double largest = std::max(std::abs(range.minimum), std::abs(range.maximum));
  Moments moments;
  moments.mean = exact_sum(values, largest, range.count, [](double x) { return x; }) / count;
  if (range.count < 2) return moments;
  const double farthest = std::max(range.maximum - moments.mean, moments.mean - range.minimum);
  const double squares = exact_sum(values, farthest * farthest, range.count, [&moments](double x) {
    const double difference = x - moments.mean;
    return difference * difference;
  });
  moments.deviation = std::sqrt(squares / (count - 1));
  return moments;
}

double median_of(std::span<const double> values) {
  std::vector<double> cells = present(values);
  const auto middle = cells.begin() + static_cast<std::ptrdiff_t>(cells.size() / 2);
  std::nth_element(cells.begin(), middle, cells.end());
  if (cells.size() % 2 == 1) return *middle;
  const double below = *std::max_element(cells.begin(), middle);
  return below + (*middle - below) / 2;
}

double mode_of(std::span<const double> values) {
  std::vector<double> cells = present(values);
  std::sort(cells.begin(), cells.end());
  double mode = cells.front();
  std::ptrdiff_t most = 0;
  for (auto run = cells.begin(); run != cells.end();) {
    const auto end = std::upper_bound(run, cells.end(), *run);
    if (end - run > most) {
      most = end - run;
      mode = *run;
    }
    run = end;
  }
  return mode;
}

}  // namespace cohort
