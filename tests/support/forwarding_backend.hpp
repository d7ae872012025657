#pragma once
/// A backend that does what another does: tests override one operation to see what becomes of it.

#include <memory>
#include <utility>
#include <vector>

#include "cohort/backend.hpp"

namespace cohort::testing {

class ForwardingBackend : public Backend {
 public:
  explicit ForwardingBackend(std::unique_ptr<Backend> inner) : inner_(std::move(inner)) {}

  std::string device() const override { return inner_->device(); }
  Notices take_notices() override { return inner_->take_notices(); }
  ThreadPool& host_threads() override { return inner_->host_threads(); }
  DataSetPtr upload(MatrixView<const float> x, std::span<const float> weights) override {
    return inner_->upload(x, weights);
  }
  DataSetPtr synthetic(const SyntheticRows& rows) override { return inner_->synthetic(rows); }
  Matrix<float> download(const DataSet& data) override { return inner_->download(data); }
  ColumnStatistics column_statistics(const DataSet& data) override {
    return inner_->column_statistics(data);
  }
  DataSetPtr scale(const DataSet& data, const Scaling& scaling) override {
    return inner_->scale(data, scaling);
  }
  Matrix<double> covariance(const DataSet& data, std::span<const double> mean) override {
    return inner_->covariance(data, mean);
  }
  EigenSystem symmetric_eigen(const Matrix<double>& matrix) override {
    return inner_->symmetric_eigen(matrix);
  }
  Matrix<double> project(const DataSet& data, std::span<const double> mean,
                         const Matrix<double>& components) override {
    return inner_->project(data, mean, components);
  }
  DistinctRows distinct(const DataSet& data) override { return inner_->distinct(data); }
  KMeansFit kmeans(const DataSet& data, const KMeansParams& params) override {
    return inner_->kmeans(data, params);
  }
  Assignment assign(const DataSet& data, MatrixView<const float> centers) override {
    return inner_->assign(data, centers);
  }
  AffinityFit affinity(const DataSet& data, const AffinityParams& params) override {
    return inner_->affinity(data, params);
  }
  AffinityFit affinity(MatrixView<const float> similarities, std::span<const float> weights,
                       const AffinityParams& params) override {
    return inner_->affinity(similarities, weights, params);
  }
  SilhouetteResult silhouette(const DataSet& data, std::span<const std::int32_t> labels,
                              std::int64_t n_clusters) override {
    return inner_->silhouette(data, labels, n_clusters);
  }
  std::vector<MatchingPair> percent_match(MatrixView<const std::int32_t> answers,
                                          double threshold) override {
    return inner_->percent_match(answers, threshold);
  }

 private:
  std::unique_ptr<Backend> inner_;
};

}  // namespace cohort::testing
