#include "cohort/eigen_order.hpp"

#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

EigenSystem symmetric_eigen(const Matrix<double>& matrix, EigenSolver& solver,
                            const Device& device) {
  const std::int64_t d = matrix.rows();
  require_finite(matrix);
  // The matrix, and cuSOLVER's workspace of three more.
  device.require_memory(8.0 * 4 * static_cast<double>(d) * static_cast<double>(d),
                        "the eigenproblem of " + std::to_string(d) + " features",
                        "leave features out");
  const DeviceArray<double> vectors =
      on_device<double>(device, {matrix.data(), static_cast<std::size_t>(d * d)});
  const DeviceArray<double> values(device, d);
  require_solved(solver.solve(vectors.data(), d, values.data()), d, "cuSOLVER");
  Matrix<double> rising_vectors(d, d);
  copy_to_host<double>(device, vectors.data(),
                       {rising_vectors.data(), static_cast<std::size_t>(d * d)});
  return falling(on_host(device, values), rising_vectors);
}

}  // namespace cohort::cuda
