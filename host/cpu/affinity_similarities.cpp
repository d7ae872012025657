#include "host/cpu/affinity_similarities.hpp"

#include <algorithm>

#include "cohort/affinity_arithmetic.hpp"

namespace cohort::cpu {

namespace {

/// Of a point to the 16 rows of a block.
template <int W>
[[gnu::always_inline]] inline void block_similarities(const float* x, const float* point,
                                                      std::int64_t features, float weight,
                                                      float* out) {
  using F = typename Lanes<W>::F;
  for (std::int64_t lane = 0; lane < kBlock; lane += W) {
    F total{};
    for (std::int64_t f = 0; f < features; ++f) {
      const F difference = point[f] - *reinterpret_cast<const F*>(x + f * kBlock + lane);
      total = Lanes<W>::fma(difference, difference, total);
    }
    *reinterpret_cast<F*>(out + lane) = weighted_similarity(F{} + weight, total);
  }
}

struct SquaredDistanceRow {
  template <int W>
  [[gnu::always_inline]] static void run(const float* rows, const float* point, std::int64_t blocks,
                                         std::int64_t features, float weight, float* out) {
    for (std::int64_t b = 0; b < blocks; ++b)
      block_similarities<W>(rows + b * features * kBlock, point, features, weight,
                            out + b * kBlock);
  }
};

struct SquaredDistanceBlocks {
  template <int W>
  [[gnu::always_inline]] static void run(const float* rows, const float* point,
                                         const std::int32_t* blocks, std::size_t count,
                                         std::int64_t features, float weight, float* out) {
    for (std::size_t at = 0; at < count; ++at) {
      const std::int64_t b = blocks[at];
      block_similarities<W>(rows + b * features * kBlock, point, features, weight,
                            out + b * kBlock);
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

  [[nodiscard]] float similarity(std::int64_t i, std::int64_t j, float weight) const override {
    float distance = 0;
    for (std::int64_t f = 0; f < points_.cols(); ++f)
      distance = add_squared_difference(points_(i, f), points_(j, f), distance);
    return weighted_similarity(weight, distance);
  }

 private:
  void fill(std::int64_t i, float weight, float* out) const override {
    dispatch<SquaredDistanceRow>(isa_, data_.block(0), points_.row(i).data(), data_.blocks(),
                                 data_.features(), weight, out);
  }
  void fill_blocks(std::int64_t i, float weight, std::span<const std::int32_t> blocks,
                   float* out) const override {
    dispatch<SquaredDistanceBlocks>(isa_, data_.block(0), points_.row(i).data(), blocks.data(),
                                    blocks.size(), data_.features(), weight, out);
  }

  const CpuDataSet& data_;
  Isa isa_;
  Matrix<float> points_;
};

class GivenSimilarities final : public SimilarityRows {
 public:
  GivenSimilarities(MatrixView<const float> similarities, std::vector<float> weights)
      : SimilarityRows(std::move(weights)), similarities_(similarities) {}

  [[nodiscard]] float similarity(std::int64_t i, std::int64_t j, float weight) const override {
    return weight * similarities_(i, j) + 0.0F;
  }

 private:
  void fill(std::int64_t i, float weight, float* out) const override {
    for (const float s : similarities_.row(i)) *out++ = weight * s + 0.0F;
  }
  void fill_blocks(std::int64_t i, float weight, std::span<const std::int32_t> blocks,
                   float* out) const override {
    for (const std::int32_t block : blocks) {
      const std::int64_t end = std::min(rows(), (block + 1) * kBlock);
      for (std::int64_t j = block * kBlock; j < end; ++j) out[j] = similarity(i, j, weight);
    }
  }

  MatrixView<const float> similarities_;
};

}  // namespace

void SimilarityRows::row(std::int64_t i, float weight, float* out) const {
  fill(i, weight, out);
  mark_absent(i, out);
}

void SimilarityRows::blocks(std::int64_t i, float weight, std::span<const std::int32_t> blocks,
                            float* out) const {
  fill_blocks(i, weight, blocks, out);
  mark_absent(i, out);
}

void SimilarityRows::mark_absent(std::int64_t i, float* out) const {
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
