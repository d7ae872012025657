#include <stdexcept>
#include "host/cpu/operations.hpp"
namespace cohort::cpu {
std::unique_ptr<CpuDataSet> upload(MatrixView<const float>, std::span<const float>, Machine) { throw std::logic_error("x"); }
Matrix<float> download(const CpuDataSet&, Machine) { throw std::logic_error("x"); }
KMeansFit kmeans(const CpuDataSet&, const KMeansParams&, Machine) { throw std::logic_error("x"); }
Assignment assign(const CpuDataSet&, MatrixView<const float>, Machine) { throw std::logic_error("x"); }
AffinityFit affinity(const CpuDataSet&, const AffinityParams&, Machine) { throw std::logic_error("x"); }
AffinityFit affinity(MatrixView<const float>, std::span<const float>, const AffinityParams&, Machine) { throw std::logic_error("x"); }
}
