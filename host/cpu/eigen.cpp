#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <lapacke.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"

#include "host/cpu/operations.hpp"
#include "host/cpu/single_threaded_blas.hpp"

namespace cohort::cpu {

namespace {

/// An eigenvector's sign is anybody's: the largest loading is made positive, of equals the first.
void fix_sign(std::span<double> loadings) {
  const auto largest = std::max_element(loadings.begin(), loadings.end(), [](double a, double b) {
    return std::abs(a) < std::abs(b);
  });
  if (*largest >= 0) return;
  for (double& loading : loadings) loading = -loading;
}

}  // namespace

EigenSystem symmetric_eigen(const Matrix<double>& matrix) {
  const std::int64_t d = matrix.rows();
  const auto values = std::span(matrix.data(), static_cast<std::size_t>(d * d));
  if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
    throw DataError(
        fmt::format("the covariance matrix of {} features holds values that are not finite; scale "
                    "the features first",
                    d));
  require_memory(8.0 * 4 * static_cast<double>(d) * static_cast<double>(d),
                 fmt::format("the eigenvectors of {} features", d), "leave features out");
  single_threaded_blas();

  // LAPACK's columns are our rows: a symmetric matrix needs no transposing, its eigenvectors come
  // as rows.
  Matrix<double> rising_vectors = matrix;
  std::vector<double> rising(static_cast<std::size_t>(d));
  const lapack_int status =
      LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', static_cast<lapack_int>(d), rising_vectors.data(),
                     static_cast<lapack_int>(d), rising.data());
  if (status != 0)
    throw Error(ExitCode::unexpected,
                fmt::format("the eigenvectors of {} features were not found: LAPACK's dsyevd gave "
                            "status {}",
                            d, status));

  EigenSystem result{{rising.rbegin(), rising.rend()}, Matrix<double>(d, d)};
  for (std::int64_t i = 0; i < d; ++i) {
    const std::span<const double> vector = std::as_const(rising_vectors).row(d - 1 - i);
    std::copy(vector.begin(), vector.end(), result.vectors.row(i).begin());
    fix_sign(result.vectors.row(i));
  }
  return result;
}

}  // namespace cohort::cpu
