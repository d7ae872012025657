#pragma once
/// Lloyd's algorithm in double, one row at a time, by scikit-learn's rules; nothing is done about
/// empty clusters.

#include <cstdint>
#include <limits>
#include <vector>

#include "cohort/matrix.hpp"

namespace cohort::reference {

struct KMeans {
  std::vector<std::int32_t> labels;
  Matrix<double> centers;
  double inertia = 0;
  std::int64_t n_iter = 0;
};

inline double squared_distance(std::span<const float> x, std::span<const double> center) {
  double total = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double difference = static_cast<double>(x[j]) - center[j];
    total += difference * difference;
  }
  return total;
}

inline double assign_all(const Matrix<float>& x, const std::vector<float>& weights,
                         const Matrix<double>& centers, std::vector<std::int32_t>& labels) {
  double inertia = 0;
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    double best = std::numeric_limits<double>::infinity();
    for (std::int64_t c = 0; c < centers.rows(); ++c) {
      const double distance = squared_distance(x.row(i), centers.row(c));
      if (distance >= best) continue;
      best = distance;
      labels[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(c);
    }
    inertia +=
        best * (weights.empty() ? 1.0 : static_cast<double>(weights[static_cast<std::size_t>(i)]));
  }
  return inertia;
}

/// \param threshold  on the sum of the centres' squared shifts
inline KMeans kmeans(const Matrix<float>& x, const std::vector<float>& weights,
                     const Matrix<float>& start, std::int64_t max_iter, double threshold) {
  KMeans fit;
  fit.labels.assign(static_cast<std::size_t>(x.rows()), -1);
  fit.centers = Matrix<double>(start.rows(), start.cols());
  for (std::int64_t i = 0; i < start.rows() * start.cols(); ++i)
    fit.centers.data()[i] = static_cast<double>(start.data()[i]);
  for (; fit.n_iter < max_iter;) {
    ++fit.n_iter;
    const std::vector<std::int32_t> before = fit.labels;
    assign_all(x, weights, fit.centers, fit.labels);
    Matrix<double> sums(start.rows(), start.cols());
    std::vector<double> totals(static_cast<std::size_t>(start.rows()));
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[at]);
      totals[static_cast<std::size_t>(fit.labels[at])] += weight;
      for (std::int64_t j = 0; j < x.cols(); ++j)
        sums(fit.labels[at], j) += weight * static_cast<double>(x(i, j));
    }
    double shift = 0;
    for (std::int64_t c = 0; c < start.rows(); ++c)
      for (std::int64_t j = 0; j < start.cols(); ++j) {
        const double moved = sums(c, j) / totals[static_cast<std::size_t>(c)];
        shift += (moved - fit.centers(c, j)) * (moved - fit.centers(c, j));
        fit.centers(c, j) = moved;
      }
    if (before == fit.labels || shift <= threshold) break;
  }
  fit.inertia = assign_all(x, weights, fit.centers, fit.labels);
  return fit;
}

/// The mean of the features' population variances, weighted.
inline double mean_variance(const Matrix<float>& x, const std::vector<float>& weights) {
  double total = 0;
  for (std::int64_t j = 0; j < x.cols(); ++j) {
    double weight = 0, sum = 0, squares = 0;
    const auto weight_of = [&](std::int64_t i) {
      return weights.empty() ? 1.0 : static_cast<double>(weights[static_cast<std::size_t>(i)]);
    };
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      weight += weight_of(i);
      sum += weight_of(i) * static_cast<double>(x(i, j));
    }
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      const double deviation = static_cast<double>(x(i, j)) - sum / weight;
      squares += weight_of(i) * deviation * deviation;
    }
    total += squares / weight;
  }
  return total / static_cast<double>(x.cols());
}

}  // namespace cohort::reference
