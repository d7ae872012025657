#include "cuda/backend.hpp"
#include "cuda/operations.hpp"

namespace cohort::cuda {

namespace {

class CudaBackend final : public Backend {
 public:
  CudaBackend(std::unique_ptr<Backend> host, int ordinal)
      : host_(std::move(host)), device_(ordinal) {}

  std::string device() const override { return device_.name(); }
  ThreadPool& host_threads() override { return host_->host_threads(); }
  DataSetPtr upload(MatrixView<const float> x, std::span<const float> weights) override {
    return cuda::upload(x, weights, device_);
  }
  Matrix<float> download(const DataSet& data) override {
    return cuda::download(on_gpu(data), device_);
  }
  ColumnStatistics column_statistics(const DataSet& data) override {
    return cuda::column_statistics(on_gpu(data), device_);
  }
  DataSetPtr scale(const DataSet& data, const Scaling& scaling) override {
    return cuda::scale(on_gpu(data), scaling, device_);
  }
  Matrix<double> covariance(const DataSet& data, std::span<const double> mean) override {
    return cuda::covariance(on_gpu(data), mean, device_);
  }
  EigenSystem symmetric_eigen(const Matrix<double>& matrix) override {
    return host_->symmetric_eigen(matrix);
  }
  Matrix<double> project(const DataSet& data, std::span<const double> mean,
                         const Matrix<double>& components) override {
    return cuda::project(on_gpu(data), mean, components, device_);
  }
  DistinctRows distinct(const DataSet& data) override {
    return cuda::distinct(on_gpu(data), device_);
  }
  KMeansFit kmeans(const DataSet& data, const KMeansParams& params) override {
    return cuda::kmeans(on_gpu(data), params, device_);
  }
  Assignment assign(const DataSet& data, MatrixView<const float> centers) override {
    return cuda::assign(on_gpu(data), centers, device_);
  }
  AffinityFit affinity(const DataSet& data, const AffinityParams& params) override {
    return cuda::affinity(on_gpu(data), params, device_);
  }
  AffinityFit affinity(MatrixView<const float> similarities, std::span<const float> weights,
                       const AffinityParams& params) override {
    return cuda::affinity(similarities, weights, params, device_);
  }
  SilhouetteResult silhouette(const DataSet& data, std::span<const std::int32_t> labels,
                              std::int64_t n_clusters) override {
    return cuda::silhouette(on_gpu(data), labels, n_clusters, device_);
  }
  std::vector<MatchingPair> percent_match(MatrixView<const std::int32_t> answers,
                                          double threshold) override {
    return cuda::percent_match(answers, threshold, device_);
  }

 private:
  std::unique_ptr<Backend> host_;
  Device device_;
};

}  // namespace

std::unique_ptr<Backend> make_backend(std::unique_ptr<Backend> host, int ordinal) {
  return std::make_unique<CudaBackend>(std::move(host), ordinal);
}

}  // namespace cohort::cuda
