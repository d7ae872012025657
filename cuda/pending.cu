/// Operations that have no kernels yet: asked for, they say so.

#include "cuda/operations.hpp"

namespace cohort::cuda {

namespace {
[[noreturn]] void pending(const char* operation) {
  throw DeviceError(std::string(operation) + " does not run on the GPU yet; use --device cpu");
}
}  // namespace

DistinctRows distinct(const CudaDataSet&, const Device&) {
  pending("collapsing");
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
SilhouetteResult silhouette(const CudaDataSet&, std::span<const std::int32_t>, std::int64_t,
                            const Device&) {
  pending("the silhouette");
}
std::vector<MatchingPair> percent_match(MatrixView<const std::int32_t>, double, const Device&) {
  pending("percent match");
}

}  // namespace cohort::cuda
