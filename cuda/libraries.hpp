#pragma once
/// What NVIDIA's libraries compute for us. They are no part of the plug-in: each is opened when it
/// is first needed, which takes a tenth of a second, and may be missing. The tests' emulation
/// brings its own.

#include <cstdint>
#include <memory>
#include <optional>

#include "cuda/device.hpp"

namespace cohort::cuda {

/// cuBLAS.
class MatrixProducts {
 public:
  virtual ~MatrixProducts() = default;

  /// Puts on the stream c_s += a_s' a_s, in double, for s below `count`.
  /// \param a  count x d x rows: a column's rows side by side
  /// \param c  count x d x d, of which (i, j) with i <= j is wanted; at i * d + j
  virtual void add_squares(const double* a, std::int64_t rows, std::int64_t d, std::int64_t count,
                           double* c) = 0;
};
/// Null where this machine has no cuBLAS. \param device  outlives the result
[[nodiscard]] std::unique_ptr<MatrixProducts> open_matrix_products(const Device& device);

/// cuSOLVER.
class EigenSolver {
 public:
  virtual ~EigenSolver() = default;

  /// Returns when it is done: 0, or the solver's status.
  /// \param matrix  d x d, symmetric; becomes the eigenvectors, one a row
  /// \param values  d, rising
  [[nodiscard]] virtual int solve(double* matrix, std::int64_t d, double* values) = 0;
};
/// Null where this machine has no cuSOLVER. \param device  outlives the result
[[nodiscard]] std::unique_ptr<EigenSolver> open_eigen_solver(const Device& device);

/// The libraries, opened at most once.
class Libraries {
 public:
  explicit Libraries(const Device& device) : device_(device) {}

  [[nodiscard]] MatrixProducts* matrix_products() {
    if (!products_) products_ = open_matrix_products(device_);
    return products_->get();
  }
  [[nodiscard]] EigenSolver* eigen_solver() {
    if (!solver_) solver_ = open_eigen_solver(device_);
    return solver_->get();
  }

 private:
  const Device& device_;
  std::optional<std::unique_ptr<MatrixProducts>> products_;
  std::optional<std::unique_ptr<EigenSolver>> solver_;
};

}  // namespace cohort::cuda
