/// Operations that have no kernels yet: asked for, they say so.

#include "cuda/operations.hpp"

namespace cohort::cuda {

namespace {
[[noreturn]] void pending(const char* operation) {
  throw DeviceError(std::string(operation) + " does not run on the GPU yet; use --device cpu");
}
}  // namespace

ColumnStatistics column_statistics(const CudaDataSet&, const Device&) {
  pending("statistics");
}
Matrix<double> covariance(const CudaDataSet&, std::span<const double>, const Device&) {
  pending("covariance");
}
Matrix<double> project(const CudaDataSet&, std::span<const double>, const Matrix<double>&,
                       const Device&) {
  pending("projection");
}
KMeansFit kmeans(const CudaDataSet&, const KMeansParams&, const Device&) {
  pending("K-means");
}
Assignment assign(const CudaDataSet&, MatrixView<const float>, const Device&) {
  pending("assignment");
}
AffinityFit affinity(const CudaDataSet&, const AffinityParams&, const Device&) {
  pending("affinity propagation");
}
AffinityFit affinity(MatrixView<const float>, std::span<const float>, const AffinityParams&,
                     const Device&) {
  pending("affinity propagation");
}

}  // namespace cohort::cuda
