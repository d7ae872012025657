#pragma once
/// Principal components by covariance and symmetric eigenproblem.

#include <cstdint>
#include <vector>

#include "cohort/backend.hpp"

namespace cohort {

struct PcaResult {
  std::vector<double> mean;   ///< d
  Matrix<double> components;  ///< p x d, unit rows; the largest loading of each is positive
  std::vector<double> explained_variance;        ///< p, with n - 1 as scikit-learn has it
  std::vector<double> explained_variance_ratio;  ///< p
  std::vector<double> spectrum;  ///< min(n, d): the same ratio of every component there is
  Matrix<double> scores;         ///< n x p: (x - mean) on the components
};

/// \param n_components  1 .. min(n, d)
/// \throws UsageError when n_components is out of range, DataError when every feature is constant
[[nodiscard]] PcaResult pca(Backend& backend, const DataSet& data, std::int64_t n_components);

}  // namespace cohort
