#include "tests/parity/device/emulated_libraries.hpp"

#include <algorithm>

#include "cohort/backend.hpp"

#include "cuda/libraries.hpp"

namespace cohort {

namespace {
bool installed = true;
}

namespace cuda {

namespace {

/// Only what is wanted, when the stream comes to it.
class Products final : public MatrixProducts {
 public:
  explicit Products(const Device& device) : device_(device) {}

  void add_squares(const double* a, std::int64_t rows, std::int64_t d, std::int64_t count,
                   double* c) override {
    device_.stream()->put([=] {
      for (std::int64_t s = 0; s < count; ++s) {
        for (std::int64_t i = 0; i < d; ++i) {
          for (std::int64_t j = i; j < d; ++j) {
            const double* const left = a + (s * d + i) * rows;
            const double* const right = a + (s * d + j) * rows;
            double sum = 0;
            for (std::int64_t r = 0; r < rows; ++r) sum += left[r] * right[r];
            c[(s * d + i) * d + j] += sum;
          }
        }
      }
    });
  }

 private:
  const Device& device_;
};

/// The host's solver, with every other vector's sign turned: signs are anybody's.
class Solver final : public EigenSolver {
 public:
  explicit Solver(const Device& device) : device_(device) {}

  int solve(double* matrix, std::int64_t d, double* values) override {
    device_.wait();
    Matrix<double> copy(d, d);
    std::copy_n(matrix, d * d, copy.data());
    const EigenSystem system = make_cpu_backend(1)->symmetric_eigen(copy);
    std::copy(system.values.rbegin(), system.values.rend(), values);
    for (std::int64_t i = 0; i < d; ++i) {
      const std::span<const double> vector = system.vectors.row(d - 1 - i);
      std::transform(vector.begin(), vector.end(), matrix + i * d,
                     [&](double loading) { return i % 2 == 0 ? loading : -loading; });
    }
    return 0;
  }

 private:
  const Device& device_;
};

}  // namespace

std::unique_ptr<MatrixProducts> open_matrix_products(const Device& device) {
  return installed ? std::make_unique<Products>(device) : nullptr;
}
std::unique_ptr<EigenSolver> open_eigen_solver(const Device& device) {
  return installed ? std::make_unique<Solver>(device) : nullptr;
}

}  // namespace cuda

namespace testing {

WithoutLibraries::WithoutLibraries() {
  installed = false;
}
WithoutLibraries::~WithoutLibraries() {
  installed = true;
}

}  // namespace testing
}  // namespace cohort
