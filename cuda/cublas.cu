#include <string>

#include <cublas_v2.h>

#include "cuda/libraries.hpp"
#include "cuda/library.hpp"

namespace cohort::cuda {

namespace {

void check_cublas(cublasStatus_t status, const char* doing) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw DeviceError(std::string("cuBLAS failed while ") + doing + ": status " +
                    std::to_string(static_cast<int>(status)) + "; --device cpu computes the same");
}

class Cublas final : public MatrixProducts {
 public:
  Cublas(const Library& library, const Device& device)
      : destroy_(COHORT_FUNCTION(library, cublasDestroy_v2)),
        multiply_(COHORT_FUNCTION(library, cublasDgemmStridedBatched)) {
    const auto create = COHORT_FUNCTION(library, cublasCreate_v2);
    const auto set_stream = COHORT_FUNCTION(library, cublasSetStream_v2);
    check_cublas(create(&handle_), "starting");
    check_cublas(set_stream(handle_, device.stream()), "starting");
  }
  ~Cublas() override { (void)destroy_(handle_); }

  void add_squares(const double* a, std::int64_t rows, std::int64_t d, std::int64_t count,
                   double* c) override {
    // The upper triangle by rows is the lower one by columns; both are computed.
    const double one = 1;
    const auto columns = static_cast<int>(d);
    const auto height = static_cast<int>(rows);
    check_cublas(
        multiply_(handle_, CUBLAS_OP_T, CUBLAS_OP_N, columns, columns, height, &one, a, height,
                  rows * d, a, height, rows * d, &one, c, columns, d * d, static_cast<int>(count)),
        "multiplying");
  }

 private:
  decltype(cublasDestroy_v2)* destroy_;
  decltype(cublasDgemmStridedBatched)* multiply_;
  cublasHandle_t handle_ = nullptr;
};

}  // namespace

std::unique_ptr<MatrixProducts> open_matrix_products(const Device& device) {
  const Library library("libcublas.so." + std::to_string(CUBLAS_VER_MAJOR));
  if (!library.is_there()) return nullptr;
  return std::make_unique<Cublas>(library, device);
}

}  // namespace cohort::cuda
