#include <fmt/format.h>
#include <lapacke.h>

#include "cohort/eigen_order.hpp"
#include "cohort/memory.hpp"

#include "host/cpu/operations.hpp"
#include "host/cpu/single_threaded_blas.hpp"

namespace cohort::cpu {

EigenSystem symmetric_eigen(const Matrix<double>& matrix) {
  const std::int64_t d = matrix.rows();
  require_finite(matrix);
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
  require_solved(status, d, "LAPACK");
  return falling(rising, rising_vectors);
}

}  // namespace cohort::cpu
