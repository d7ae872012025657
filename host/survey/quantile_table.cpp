#include "host/survey/quantile_table.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cohort {

QuantileTable::QuantileTable(const std::function<double(double)>& quantile) {
  constexpr double kWidth = 1.0 / kPieces;
  // Half of the outermost piece: the quantile of 0 or 1 may be infinite.
  constexpr double kLeast = 0.25 * kWidth * kWidth;
  for (const double start : {0.0, 0.0, 1 - kWidth}) {
    const double step = knots_.size() == kPieces + 1 ? kWidth : kWidth * kWidth;
    for (std::uint32_t i = 0; i <= kPieces; ++i)
      knots_.push_back(
          static_cast<float>(quantile(std::clamp(start + i * step, kLeast, 1 - kLeast))));
  }
}

double normal_quantile(double p) {
  if (p > 0.5) return -normal_quantile(1 - p);
  // The distribution is convex here: Newton's steps from the right fall to the root, never past it.
  double x = 0;
  while (true) {
    const double below = 0.5 * std::erfc(-x / std::numbers::sqrt2);
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
    const double next = x - (below - p) / density;
    if (!(next < x)) return x;
    x = next;
  }
}

}  // namespace cohort
