#pragma once
/// Weighted means, covariances and silhouettes the slow way, in extended precision.

#include <cmath>
#include <limits>
#include <vector>

#include "cohort/matrix.hpp"

namespace cohort::reference {

inline long double weight_of(const std::vector<float>& weights, std::int64_t i) {
  return weights.empty() ? 1.0L : static_cast<long double>(weights[static_cast<std::size_t>(i)]);
}

inline long double mean(const Matrix<float>& x, const std::vector<float>& weights, std::int64_t j) {
  long double sum = 0;
  long double total = 0;
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    sum += weight_of(weights, i) * static_cast<long double>(x(i, j));
    total += weight_of(weights, i);
  }
  return sum / total;
}

inline long double covariance(const Matrix<float>& x, const std::vector<float>& weights,
                              std::int64_t a, std::int64_t b) {
  const long double mean_a = mean(x, weights, a);
  const long double mean_b = mean(x, weights, b);
  long double sum = 0;
  long double total = 0;
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    sum += weight_of(weights, i) * (static_cast<long double>(x(i, a)) - mean_a) *
           (static_cast<long double>(x(i, b)) - mean_b);
    total += weight_of(weights, i);
  }
  return sum / total;
}

/// Of row i: the mean distance to its fellows against that to the nearest other cluster, weighted.
inline double silhouette(const Matrix<float>& x, const std::vector<float>& weights,
                         const std::vector<std::int32_t>& labels, std::int64_t clusters,
                         std::int64_t i) {
  std::vector<double> sums(static_cast<std::size_t>(clusters));
  std::vector<double> totals(static_cast<std::size_t>(clusters));
  for (std::int64_t other = 0; other < x.rows(); ++other) {
    if (other == i) continue;
    double square = 0;
    for (std::int64_t j = 0; j < x.cols(); ++j) {
      const double difference = static_cast<double>(x(i, j)) - static_cast<double>(x(other, j));
      square += difference * difference;
    }
    const auto c = static_cast<std::size_t>(labels[static_cast<std::size_t>(other)]);
    const auto weight = static_cast<double>(weight_of(weights, other));
    sums[c] += weight * std::sqrt(square);
    totals[c] += weight;
  }
  const auto own = static_cast<std::size_t>(labels[static_cast<std::size_t>(i)]);
  if (totals[own] <= 0) return 0;
  double b = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < sums.size(); ++c) {
    if (c != own && totals[c] > 0) b = std::min(b, sums[c] / totals[c]);
  }
  const double a = sums[own] / totals[own];
  return std::max(a, b) > 0 && std::isfinite(b) ? (b - a) / std::max(a, b) : 0;
}

}  // namespace cohort::reference
