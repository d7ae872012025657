#include "cohort/error.hpp"
#include "cohort/pair_products.hpp"

#include "cuda/backend.hpp"
#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

/// Smaller eigenproblems stay on the host: LAPACK takes a tenth of a second for so many features on
/// one thread, as long as opening cuSOLVER does once, and eight times as long for twice as many.
constexpr std::int64_t kSolverFeatures = 512;

class CudaBackend final : public Backend {
 public:
  CudaBackend(std::unique_ptr<Backend> host, int ordinal)
      : host_(std::move(host)), device_(ordinal) {}

  std::string device() const override { return device_.name(); }
  Notices take_notices() override { return std::exchange(notices_, {}); }
  ThreadPool& host_threads() override { return host_->host_threads(); }
  DataSetPtr upload(MatrixView<const float> x, std::span<const float> weights) override {
    return cuda::upload(x, weights, device_);
  }
  DataSetPtr synthetic(const SyntheticRows& rows) override {
    return cuda::synthetic(rows, device_);
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
    if (data.features() <= kExactFeatures)
      return cuda::exact_covariance(on_gpu(data), mean, device_);
    if (MatrixProducts* const products = libraries_.matrix_products())
      return cuda::wide_covariance(on_gpu(data), mean, *products, device_);
    tell_of_the_host("the covariance of " + std::to_string(data.features()) + " features",
                     "cuBLAS");
    return host_->covariance(*on_host(on_gpu(data)), mean);
  }
  EigenSystem symmetric_eigen(const Matrix<double>& matrix) override {
    if (matrix.rows() < kSolverFeatures) return host_->symmetric_eigen(matrix);
    if (EigenSolver* const solver = libraries_.eigen_solver())
      return cuda::symmetric_eigen(matrix, *solver, device_);
    tell_of_the_host("the eigenproblem of " + std::to_string(matrix.rows()) + " features",
                     "cuSOLVER");
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
    return in_the_form_of(
        params, [&] { return cuda::affinity(on_gpu(data), params, device_); },
        [&] { return host_->affinity(*on_host(on_gpu(data)), params); });
  }
  AffinityFit affinity(MatrixView<const float> similarities, std::span<const float> weights,
                       const AffinityParams& params) override {
    return in_the_form_of(
        params, [&] { return cuda::affinity(similarities, weights, params, device_); },
        [&] { return host_->affinity(similarities, weights, params); });
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
  /// The same data set on the host.
  DataSetPtr on_host(const CudaDataSet& data) {
    std::vector<float> weights;
    if (data.weights) weights = cuda::on_host(device_, data.weights->values, data.rows());
    return host_->upload(cuda::download(data, device_).view(), weights);
  }
  void tell_of_the_host(const std::string& what, const std::string& library) {
    notices_.push_back({Notice::Level::decision, "device",
                        what + " was left to the CPU: this machine has no " + library});
  }
  /// The device has the dense form only. The host's lists take its place where they are asked for,
  /// and, with the form left open, where the device's memory is too small for it.
  template <class Dense, class Lists>
  AffinityFit in_the_form_of(const AffinityParams& params, const Dense& dense, const Lists& lists) {
    std::string why = "affinity propagation with sparse lists was left to the CPU";
    if (params.form != AffinityForm::sparse) {
      try {
        return dense();
      } catch (const MemoryError& error) {
        if (params.form == AffinityForm::dense) throw;
        why =
            std::string("affinity propagation was left to the CPU's sparse lists: ") + error.what();
      }
    }
    notices_.push_back({Notice::Level::decision, "device", why});
    return lists();
  }

  std::unique_ptr<Backend> host_;
  Device device_;
  Libraries libraries_{device_};
  Notices notices_;
};

}  // namespace

std::unique_ptr<Backend> make_backend(std::unique_ptr<Backend> host, int ordinal) {
  return std::make_unique<CudaBackend>(std::move(host), ordinal);
}

}  // namespace cohort::cuda
