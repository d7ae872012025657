#include "cohort/correlate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cohort/error.hpp"

namespace cohort {

Correlations correlate(Backend& backend, const DataSet& data) {
  if (data.rows() < 1) throw DataError("there are no rows to correlate");
  Correlations result{backend.covariance(data, backend.column_means(data))};
  const std::int64_t d = data.features();
  std::vector<double> deviation;
  for (std::int64_t j = 0; j < d; ++j) {
    const bool constant = !(result.r(j, j) > 0);
    deviation.push_back(constant ? std::numeric_limits<double>::quiet_NaN()
                                 : std::sqrt(result.r(j, j)));
  }
  for (std::int64_t a = 0; a < d; ++a) {
    for (std::int64_t b = a; b < d; ++b) {
      double r = result.r(a, b) /
                 (deviation[static_cast<std::size_t>(a)] * deviation[static_cast<std::size_t>(b)]);
      // Rounding may lead out of the range by a hair; NaN stays NaN.
      if (r > 1 || (a == b && r == r)) r = 1;
      if (r < -1) r = -1;
      result.r(a, b) = r;
      result.r(b, a) = r;
    }
  }
  return result;
}

std::vector<CorrelatedPair> strongest_pairs(const Correlations& correlations, std::int64_t top) {
  std::vector<CorrelatedPair> pairs;
  for (std::int64_t a = 0; a < correlations.r.rows(); ++a) {
    for (std::int64_t b = a + 1; b < correlations.r.rows(); ++b) {
      if (!std::isnan(correlations.r(a, b))) pairs.push_back({a, b, correlations.r(a, b)});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const CorrelatedPair& x, const CorrelatedPair& y) {
                     return std::abs(x.r) > std::abs(y.r);
                   });
  const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(top, 0));
  if (pairs.size() > wanted) pairs.resize(wanted);
  return pairs;
}

std::vector<std::int64_t> redundant_features(const Correlations& correlations, double threshold) {
  std::vector<bool> gone(static_cast<std::size_t>(correlations.r.rows()));
  const std::int64_t all = correlations.r.rows() * correlations.r.rows();
  for (const CorrelatedPair& pair : strongest_pairs(correlations, all)) {
    const auto a = static_cast<std::size_t>(pair.a);
    const auto b = static_cast<std::size_t>(pair.b);
    if (std::abs(pair.r) > threshold && !gone[a] && !gone[b]) gone[b] = true;
  }
  std::vector<std::int64_t> features;
  for (std::size_t j = 0; j < gone.size(); ++j) {
    if (gone[j]) features.push_back(static_cast<std::int64_t>(j));
  }
  return features;
}

}  // namespace cohort
