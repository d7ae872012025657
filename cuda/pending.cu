/// Operations that have no kernels yet: asked for, they say so.

#include "cuda/operations.hpp"

namespace cohort::cuda {

namespace {
[[noreturn]] void pending(const char* operation) {
  throw DeviceError(std::string(operation) + " does not run on the GPU yet; use --device cpu");
}
}  // namespace

Matrix<double> project(const CudaDataSet&, std::span<const double>, const Matrix<double>&,
                       const Device&) {
  pending("projection");
}

}  // namespace cohort::cuda
