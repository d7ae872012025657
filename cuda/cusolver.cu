#include <string>

#include <cusolverDn.h>

#include "cuda/libraries.hpp"
#include "cuda/library.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

void check_cusolver(cusolverStatus_t status, const char* doing) {
  if (status == CUSOLVER_STATUS_SUCCESS) return;
  throw DeviceError(std::string("cuSOLVER failed while ") + doing + ": status " +
                    std::to_string(static_cast<int>(status)) + "; --device cpu computes the same");
}

class Cusolver final : public EigenSolver {
 public:
  Cusolver(const Library& library, const Device& device)
      : device_(device),
        destroy_(COHORT_FUNCTION(library, cusolverDnDestroy)),
        workspace_(COHORT_FUNCTION(library, cusolverDnDsyevd_bufferSize)),
        solve_(COHORT_FUNCTION(library, cusolverDnDsyevd)) {
    const auto create = COHORT_FUNCTION(library, cusolverDnCreate);
    const auto set_stream = COHORT_FUNCTION(library, cusolverDnSetStream);
    check_cusolver(create(&handle_), "starting");
    check_cusolver(set_stream(handle_, device.stream()), "starting");
  }
  ~Cusolver() override { (void)destroy_(handle_); }

  int solve(double* matrix, std::int64_t d, double* values) override {
    // Its columns are our rows, as in LAPACK.
    const auto n = static_cast<int>(d);
    int size = 0;
    check_cusolver(workspace_(handle_, CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, n, matrix,
                              n, values, &size),
                   "asking for its workspace");
    const DeviceArray<double> work(device_, size);
    const DeviceArray<int> status(device_, 1);
    check_cusolver(solve_(handle_, CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, n, matrix, n,
                          values, work.data(), size, status.data()),
                   "finding eigenvectors");
    return on_host(device_, status).front();
  }

 private:
  const Device& device_;
  decltype(cusolverDnDestroy)* destroy_;
  decltype(cusolverDnDsyevd_bufferSize)* workspace_;
  decltype(cusolverDnDsyevd)* solve_;
  cusolverDnHandle_t handle_ = nullptr;
};

}  // namespace

std::unique_ptr<EigenSolver> open_eigen_solver(const Device& device) {
  const Library library("libcusolver.so." + std::to_string(CUSOLVER_VER_MAJOR));
  if (!library.is_there()) return nullptr;
  return std::make_unique<Cusolver>(library, device);
}

}  // namespace cohort::cuda
