#include "cohort/scale.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cohort/error.hpp"
#include "cohort/exact_sum.hpp"

namespace cohort {

namespace {

/// Quartiles of one feature.
struct Quartiles {
  double lower = 0, median = 0, upper = 0;
};

/// numpy's linear interpolation between the two values beside position p (n - 1).
double interpolated(const std::vector<double>& sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double a = sorted[below];
  const double b = sorted[std::min(below + 1, sorted.size() - 1)];
  const double t = position - static_cast<double>(below);
  return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

Quartiles quartiles_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {interpolated(values, 0.25), interpolated(values, 0.5), interpolated(values, 0.75)};
}

/// The value at which the weight counted from below passes `quarters` quarters of the total; the
/// mean of this value and the next where it meets them exactly.
double weighted_quartile(const std::vector<double>& values, const std::vector<std::size_t>& rising,
                         const std::vector<std::int64_t>& weights, std::int64_t total,
                         std::int64_t quarters) {
  const __int128 wanted = static_cast<__int128>(total) * quarters;
  std::int64_t counted = 0;
  for (std::size_t r = 0; r < rising.size(); ++r) {
    counted += weights[rising[r]];
    const __int128 passed = static_cast<__int128>(counted) * 4;
    if (passed > wanted) return values[rising[r]];
    if (passed == wanted) {
      const auto next = std::find_if(rising.begin() + static_cast<std::ptrdiff_t>(r) + 1,
                                     rising.end(), [&](std::size_t i) { return weights[i] > 0; });
      return next == rising.end() ? values[rising[r]] : (values[rising[r]] + values[*next]) / 2;
    }
  }
  return values[rising.back()];
}

Quartiles weighted_quartiles_of(const std::vector<double>& values,
                                const std::vector<float>& weights) {
  const double largest = static_cast<double>(*std::max_element(weights.begin(), weights.end()));
  const double steps = grid_for(largest, static_cast<double>(weights.size())).steps_per_unit();
  std::vector<std::int64_t> exact;
  for (const float weight : weights)
    exact.push_back(static_cast<std::int64_t>(on_grid(static_cast<double>(weight), steps)));
  const std::int64_t total = std::accumulate(exact.begin(), exact.end(), std::int64_t{0});

  std::vector<std::size_t> rising(values.size());
  std::iota(rising.begin(), rising.end(), std::size_t{0});
  std::sort(rising.begin(), rising.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return {weighted_quartile(values, rising, exact, total, 1),
          weighted_quartile(values, rising, exact, total, 2),
          weighted_quartile(values, rising, exact, total, 3)};
}

Quartiles quartiles(const FeatureMatrix& features, std::int64_t j) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < features.x.rows(); ++i)
    values.push_back(static_cast<double>(features.x(i, j)));
  return features.weights.empty() ? quartiles_of(std::move(values))
                                  : weighted_quartiles_of(values, features.weights);
}

}  // namespace

Scaling fit_scaling(Backend& backend, const DataSet& data, const FeatureMatrix& features,
                    ScaleMethod method) {
  if (data.rows() < 1) throw DataError("there are no rows to scale");
  const auto d = static_cast<std::size_t>(data.features());
  Scaling scaling{std::vector<double>(d, 0.0), std::vector<double>(d, 1.0)};
  if (method == ScaleMethod::robust) {
    for (std::size_t j = 0; j < d; ++j) {
      const Quartiles found = quartiles(features, static_cast<std::int64_t>(j));
      scaling.center[j] = found.median;
      scaling.scale[j] = found.upper - found.lower;
    }
  } else if (method != ScaleMethod::none) {
    const ColumnStatistics statistics = backend.column_statistics(data);
    for (std::size_t j = 0; j < d; ++j) {
      const auto minimum = static_cast<double>(statistics.minimum[j]);
      const bool standard = method == ScaleMethod::standard;
      scaling.center[j] = standard ? statistics.mean[j] : minimum;
      scaling.scale[j] = standard ? std::sqrt(statistics.variance[j])
                                  : static_cast<double>(statistics.maximum[j]) - minimum;
    }
  }
  for (std::size_t j = 0; j < d; ++j) {
    if (!(scaling.scale[j] > 0)) scaling.scale[j] = 1;
    scaling.scale[j] /= features.features[j].block_weight;
  }
  return scaling;
}

std::vector<double> unscaled(std::span<const float> point, const Scaling& scaling) {
  std::vector<double> result;
  for (std::size_t j = 0; j < point.size(); ++j)
    result.push_back(scaling.center[j] + static_cast<double>(point[j]) * scaling.scale[j]);
  return result;
}

}  // namespace cohort
