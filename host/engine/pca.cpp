#include "cohort/pca.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/wording.hpp"

namespace cohort {

PcaResult pca(Backend& backend, const DataSet& data, std::int64_t n_components) {
  const std::int64_t n = data.rows();
  const std::int64_t d = data.features();
  if (n_components < 1 || n_components > std::min(n, d))
    throw UsageError(fmt::format("--n-components must be from 1 to {} for {} and {}, not {}",
                                 std::min(n, d), counted(n, "row"), counted(d, "feature"),
                                 n_components));

  std::vector<double> mean = backend.column_means(data);
  const Matrix<double> covariance = backend.covariance(data, mean);
  double total = 0;
  for (std::int64_t j = 0; j < d; ++j) total += covariance(j, j);
  if (total == 0)
    throw DataError("every feature is constant: there are no principal components to find");
  const EigenSystem system = backend.symmetric_eigen(covariance);

  // The population's variance becomes the sample's.
  const double sample = static_cast<double>(n) / static_cast<double>(n - 1);
  PcaResult result;
  result.mean = std::move(mean);
  result.components = Matrix<double>(n_components, d);
  for (std::int64_t c = 0; c < n_components; ++c) {
    // Rounding may leave a zero below zero.
    const double variance = std::max(system.values[static_cast<std::size_t>(c)], 0.0);
    result.explained_variance.push_back(variance * sample);
    result.explained_variance_ratio.push_back(variance / total);
    const std::span<const double> loadings = system.vectors.row(c);
    std::copy(loadings.begin(), loadings.end(), result.components.row(c).begin());
  }
  for (std::int64_t c = 0; c < std::min(n, d); ++c)
    result.spectrum.push_back(std::max(system.values[static_cast<std::size_t>(c)], 0.0) / total);
  result.scores = backend.project(data, result.mean, result.components);
  return result;
}

}  // namespace cohort
