#include "host/survey/derivation.hpp"

#include <algorithm>

#include "host/survey/moments.hpp"

namespace cohort {

Derivation derivation_from(const DeriveRecipe& step, std::span<const double> x) {
  constexpr std::size_t kBins = 48;
  const Range range = range_of(x);
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
  for (const double value : x) {
    if (value != value) continue;
    const double place = width > 0 ? (value - range.minimum) / width : 0;
    ++derivation.counts[static_cast<std::size_t>(std::clamp(place, 0.0, bins - 1))];
  }
  return derivation;
}

}  // namespace cohort
