#include "cohort/backend.hpp"

#include <cstdlib>
#include <string_view>

#include "host/cpu/operations.hpp"

namespace cohort {
namespace cpu {

Isa best_isa() {
  const char* asked = std::getenv("COHORT_ISA");
  const std::string_view limit = asked != nullptr ? asked : "";
  if (limit == "baseline") return Isa::baseline;
  if (limit != "avx2" && __builtin_cpu_supports("x86-64-v4") != 0) return Isa::avx512;
  if (__builtin_cpu_supports("x86-64-v3") != 0) return Isa::avx2;
  return Isa::baseline;
}

namespace {

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(int threads) : pool_(threads), machine_{pool_, best_isa()} {}

  std::string device() const override { return "cpu"; }
  ThreadPool& host_threads() override { return pool_; }
  DataSetPtr upload(MatrixView<const float> x, std::span<const float> weights) override {
    return cpu::upload(x, weights, machine_);
  }
  DataSetPtr synthetic(const SyntheticRows& rows) override {
    return cpu::synthetic(rows, machine_);
  }
  Matrix<float> download(const DataSet& data) override {
    return cpu::download(on_cpu(data), machine_);
  }
  ColumnStatistics column_statistics(const DataSet& data) override {
    return cpu::column_statistics(on_cpu(data), machine_);
  }
  std::vector<double> column_means(const DataSet& data) override {
    return cpu::column_means(on_cpu(data), machine_);
  }
  DataSetPtr scale(const DataSet& data, const Scaling& scaling) override {
    return cpu::scale(on_cpu(data), scaling, machine_);
  }
  Matrix<double> covariance(const DataSet& data, std::span<const double> mean) override {
    return cpu::covariance(on_cpu(data), mean, machine_);
  }
  EigenSystem symmetric_eigen(const Matrix<double>& matrix) override {
    return cpu::symmetric_eigen(matrix);
  }
  Matrix<double> project(const DataSet& data, std::span<const double> mean,
                         const Matrix<double>& components) override {
    return cpu::project(on_cpu(data), mean, components, machine_);
  }
  DistinctRows distinct(const DataSet& data) override {
    return cpu::distinct(on_cpu(data), machine_);
  }
  KMeansFit kmeans(const DataSet& data, const KMeansParams& params) override {
    return cpu::kmeans(on_cpu(data), params, machine_);
  }
  Assignment assign(const DataSet& data, MatrixView<const float> centers) override {
    return cpu::assign(on_cpu(data), centers, machine_);
  }
  AffinityFit affinity(const DataSet& data, const AffinityParams& params) override {
    return cpu::affinity(on_cpu(data), params, machine_);
  }
  AffinityFit affinity(MatrixView<const float> similarities, std::span<const float> weights,
                       const AffinityParams& params) override {
    return cpu::affinity(similarities, weights, params, machine_);
  }
  SilhouetteResult silhouette(const DataSet& data, std::span<const std::int32_t> labels,
                              std::int64_t n_clusters) override {
    return cpu::silhouette(on_cpu(data), labels, n_clusters, machine_);
  }
  std::vector<MatchingPair> percent_match(MatrixView<const std::int32_t> answers,
                                          double threshold) override {
    return cpu::percent_match(answers, threshold, machine_);
  }

 private:
  ThreadPool pool_;
  Machine machine_;
};

}  // namespace
}  // namespace cpu

std::unique_ptr<Backend> make_cpu_backend(int threads) {
  return std::make_unique<cpu::CpuBackend>(threads);
}

}  // namespace cohort
