#include "host/survey/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "cohort/exact_sum.hpp"

#include "host/survey/chunks.hpp"

namespace cohort {
namespace {

std::vector<double> present(std::span<const double> values) {
  std::vector<double> cells;
  std::copy_if(values.begin(), values.end(), std::back_inserter(cells),
               [](double x) { return !std::isnan(x); });
  return cells;
}

// Of each task's rows, in their order.
template <class Part, class Make>
std::vector<Part> parts_of(std::span<const double> values, ThreadPool& pool, const Make& make) {
  std::vector<Part> parts(static_cast<std::size_t>(row_tasks(std::ssize(values))));
  over_rows(pool, std::ssize(values),
            [&](std::int64_t task, std::int64_t first, std::int64_t last) {
              parts[static_cast<std::size_t>(task)] = make(values.subspan(
                  static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
            });
  return parts;
}

template <class Term>
double exact_sum(std::span<const double> values, double largest, std::int64_t count,
                 ThreadPool& pool, const Term& term) {
  const Grid grid = grid_for(largest, static_cast<double>(count));
  const double steps = grid.steps_per_unit();
  WideSum whole;
  for (const WideSum& part : parts_of<WideSum>(values, pool, [&](std::span<const double> some) {
         WideSum sum;
         for (const double x : some) {
           if (!std::isnan(x)) sum.add(term(x), steps);
         }
         return sum;
       })) {
    whole += part;
  }
  return whole.value(grid);
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Range kNone{kInfinity, -kInfinity, 0};

}  // namespace

Range range_of(std::span<const double> values) {
  Range range = kNone;
  for (const double x : values) {
    // Comparisons with a missing cell are false.
    range.minimum = x < range.minimum ? x : range.minimum;
    range.maximum = x > range.maximum ? x : range.maximum;
    range.count += x == x ? 1 : 0;
  }
  return range;
}

Range range_of(std::span<const double> values, ThreadPool& pool) {
  Range range = kNone;
  const auto of_some = [](std::span<const double> some) { return range_of(some); };
  for (const Range& part : parts_of<Range>(values, pool, of_some)) {
    range.minimum = std::min(range.minimum, part.minimum);
    range.maximum = std::max(range.maximum, part.maximum);
    range.count += part.count;
  }
  return range;
}

Moments moments_of(std::span<const double> values, ThreadPool& pool) {
  const Range range = range_of(values, pool);
  const auto count = static_cast<double>(range.count);
  const double largest = std::max(std::abs(range.minimum), std::abs(range.maximum));
  Moments moments;
  moments.mean = exact_sum(values, largest, range.count, pool, [](double x) { return x; }) / count;
  if (range.count < 2) return moments;
  const double farthest = std::max(range.maximum - moments.mean, moments.mean - range.minimum);
  const double squares =
      exact_sum(values, farthest * farthest, range.count, pool, [&moments](double x) {
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
