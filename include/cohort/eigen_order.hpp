#pragma once
/// Around a symmetric eigenproblem, whichever library solves it: what is refused, and the order and
/// signs of what comes back.

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "cohort/backend.hpp"
#include "cohort/error.hpp"

namespace cohort {

/// \throws DataError when a covariance is not finite
inline void require_finite(const Matrix<double>& covariance) {
  const double* const end = covariance.data() + covariance.rows() * covariance.cols();
  if (std::all_of(covariance.data(), end, [](double value) { return std::isfinite(value); }))
    return;
  throw DataError("the covariance matrix of " + std::to_string(covariance.rows()) +
                  " features holds values that are not finite; scale the features first");
}

/// An eigenvector's sign is anybody's: the largest loading is made positive, of equals the first.
/// (Equal but for the rounding of one library or another: two standardised features have loadings
/// of one size in both components.)
inline void fix_sign(std::span<double> loadings) {
  constexpr double kEqual = 1 - 1e-9;
  double largest = 0;
  for (const double loading : loadings) largest = std::max(largest, std::abs(loading));
  const auto first = std::find_if(loadings.begin(), loadings.end(), [&](double loading) {
    return std::abs(loading) >= kEqual * largest;
  });
  if (first == loadings.end() || *first >= 0) return;
  for (double& loading : loadings) loading = -loading;
}

/// \param rising   eigenvalues as libraries have them
/// \param vectors  d x d, row i belongs to rising[i]
[[nodiscard]] inline EigenSystem falling(std::span<const double> rising,
                                         const Matrix<double>& vectors) {
  const std::int64_t d = vectors.rows();
  EigenSystem result{{rising.rbegin(), rising.rend()}, Matrix<double>(d, d)};
  for (std::int64_t i = 0; i < d; ++i) {
    const std::span<const double> vector = vectors.row(d - 1 - i);
    std::copy(vector.begin(), vector.end(), result.vectors.row(i).begin());
    fix_sign(result.vectors.row(i));
  }
  return result;
}

/// \throws Error when a solver gave up
inline void require_solved(int status, std::int64_t d, const std::string& solver) {
  if (status == 0) return;
  throw Error(ExitCode::unexpected, "the eigenvectors of " + std::to_string(d) +
                                        " features were not found: " + solver +
                                        "'s dsyevd gave status " + std::to_string(status));
}

}  // namespace cohort
