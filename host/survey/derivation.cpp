#include "host/survey/derivation.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "host/survey/chunks.hpp"
#include "host/survey/moments.hpp"

namespace cohort {

Derivation derivation_from(const DeriveRecipe& step, std::span<const double> x, ThreadPool& pool) {
  constexpr std::size_t kBins = 48;
  const Range range = range_of(x, pool);
  Derivation derivation;
  derivation.name = step.name;
  derivation.from = step.from;
  derivation.unit = step.elapsed.value_or("");
  derivation.gaussian_std = step.gaussian_std;
  derivation.standardize = step.standardize;
  derivation.least = range.minimum;
  derivation.greatest = range.maximum;
  derivation.counts.assign(range.minimum < range.maximum ? kBins : 1, 0);
  const auto bins = static_cast<double>(derivation.counts.size());
  const double width = (range.maximum - range.minimum) / bins;
  std::vector<std::vector<std::int64_t>> tasks(static_cast<std::size_t>(row_tasks(std::ssize(x))),
                                               derivation.counts);
  over_rows(pool, std::ssize(x), [&](std::int64_t task, std::int64_t first, std::int64_t last) {
    for (const double value :
         x.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first))) {
      if (value != value) continue;
      const double place = width > 0 ? (value - range.minimum) / width : 0;
      ++tasks[static_cast<std::size_t>(task)]
             [static_cast<std::size_t>(std::clamp(place, 0.0, bins - 1))];
    }
  });
  for (const auto& counts : tasks)
    std::transform(counts.begin(), counts.end(), derivation.counts.begin(),
                   derivation.counts.begin(), std::plus<>());
  return derivation;
}

}  // namespace cohort
