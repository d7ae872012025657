#include "host/cpu/affinity_similarities.hpp"

#include <algorithm>

#include "cohort/affinity_arithmetic.hpp"

namespace cohort::cpu {

namespace {

struct SquaredDistanceRow {
  template <int W>
  [[gnu::always_inline]] static void run(const float* blocks, const float* point,
                                         std::int64_t n_blocks, std::int64_t features, float weight,
                                         float* out) {
    using F = typename Lanes<W>::F;
    for (std::int64_t b = 0; b < n_blocks; ++b) {
      const float* x = blocks + b * features * kBlock;
      for (std::int64_t lane = 0; lane < kBlock; lane += W) {
        F total{};
        for (std::int64_t f = 0; f < features; ++f) {
          const F difference = point[f] - *reinterpret_cast<const F*>(x + f * kBlock + lane);
          total = Lanes<W>::fma(difference, difference, total);
        }
        *reinterpret_cast<F*>(out + b * kBlock + lane) = weighted_similarity(F{} + weight, total);
      }
    }
  }
};

class FeatureSimilarities final : public SimilarityRows {
 public:
  FeatureSimilarities(const CpuDataSet& data, std::vector<float> weights, Isa isa)
      : SimilarityRows(std::move(weights)),
        data_(data),
        isa_(isa),
        points_(data.rows(), data.features()) {
    for (std::int64_t i = 0; i < data.rows(); ++i)
      for (std::int64_t f = 0; f < data.features(); ++f) points_(i, f) = data.at(i, f);
  }

  [[nodiscard]] float one(std::int64_t i, std::int64_t j, float weight) const override {
    float total = 0;
    for (std::int64_t f = 0; f < points_.cols(); ++f)
      total = add_squared_difference(points_(i, f), points_(j, f), total);
    return weighted_similarity(weight, total);
  }

 private:
  void fill(std::int64_t i, float weight, float* out) const override {
    dispatch<SquaredDistanceRow>(isa_, data_.block(0), points_.row(i).data(), data_.blocks(),
                                 data_.features(), weight, out);
  }

  const CpuDataSet& data_;
  Isa isa_;
  Matrix<float> points_;
};

class GivenSimilarities final : public SimilarityRows {
 public:
  GivenSimilarities(MatrixView<const float> similarities, std::vector<float> weights)
      : SimilarityRows(std::move(weights)), similarities_(similarities) {}

  [[nodiscard]] float one(std::int64_t i, std::int64_t j, float weight) const override {
    return weight * similarities_(i, j) + 0.0F;
  }

 private:
  void fill(std::int64_t i, float weight, float* out) const override {
    for (const float s : similarities_.row(i)) *out++ = weight * s + 0.0F;
  }

  MatrixView<const float> similarities_;
};

}  // namespace

void SimilarityRows::row(std::int64_t i, float weight, float* out) const {
  fill(i, weight, out);
  out[i] = kNoSimilarity;
  std::fill(out + rows(), out + padded(), kNoSimilarity);
}

std::unique_ptr<SimilarityRows> similarities_of(const CpuDataSet& data, Isa isa) {
  std::vector<float> weights(static_cast<std::size_t>(data.rows()), 1.0F);
  if (!data.weights.empty()) std::copy_n(data.weights.begin(), weights.size(), weights.begin());
  return std::make_unique<FeatureSimilarities>(data, std::move(weights), isa);
}

std::unique_ptr<SimilarityRows> given_similarities(MatrixView<const float> similarities,
                                                   std::span<const float> weights) {
  std::vector<float> own(static_cast<std::size_t>(similarities.rows()), 1.0F);
  if (!weights.empty()) own.assign(weights.begin(), weights.end());
  return std::make_unique<GivenSimilarities>(similarities, std::move(own));
}

}  // namespace cohort::cpu
