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

/// Four points' similarities to the rows of a few blocks.
struct SquaredDistanceTile {
  template <int W>
  [[gnu::always_inline]] static void run(const float* rows, const float* const* points,
                                         std::int64_t blocks, std::int64_t features, float* out) {
    using F = typename Lanes<W>::F;
    for (std::int64_t b = 0; b < blocks; ++b)
      for (std::int64_t lane = 0; lane < kBlock; lane += W) {
        const float* x = rows + b * features * kBlock + lane;
        F total[kTileRows] = {};
        for (std::int64_t f = 0; f < features; ++f) {
          const F column = *reinterpret_cast<const F*>(x + f * kBlock);
          for (std::int64_t r = 0; r < kTileRows; ++r) {
            const F difference = points[r][f] - column;
            total[r] = Lanes<W>::fma(difference, difference, total[r]);
          }
        }
        for (std::int64_t r = 0; r < kTileRows; ++r)
          *reinterpret_cast<F*>(out + (r * blocks + b) * kBlock + lane) = F{} - total[r];
      }
  }
};

/// The columns' rows side by side.
class FeatureColumns final : public SimilarityColumns {
 public:
  FeatureColumns(const Matrix<float>& points, const std::vector<std::int64_t>& columns, Isa isa)
      : points_(points), columns_(std::ssize(columns), points.cols()), isa_(isa) {
    for (std::int64_t k = 0; k < columns_.rows(); ++k)
      for (std::int64_t f = 0; f < points.cols(); ++f)
        columns_.at(k, f) = points(columns[static_cast<std::size_t>(k)], f);
  }

  void row(std::int64_t i, float weight, float* out) const override {
    dispatch<SquaredDistanceRow>(isa_, columns_.block(0), points_.row(i).data(), columns_.blocks(),
                                 columns_.features(), weight, out);
  }

 private:
  const Matrix<float>& points_;
  CpuDataSet columns_;
  Isa isa_;
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
  [[nodiscard]] bool symmetric() const override { return true; }
  void tile(std::int64_t first_row, std::int64_t first_block, std::int64_t blocks,
            float* out) const override {
    const float* points[kTileRows];
    for (std::int64_t r = 0; r < kTileRows; ++r)
      points[r] = points_.row(std::min(first_row + r, rows() - 1)).data();
    dispatch<SquaredDistanceTile>(isa_, data_.block(first_block),
                                  static_cast<const float* const*>(points), blocks,
                                  data_.features(), out);
  }
  [[nodiscard]] std::unique_ptr<SimilarityColumns> to_columns(
      const std::vector<std::int64_t>& columns) const override {
    return std::make_unique<FeatureColumns>(points_, columns, isa_);
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

class GivenColumns final : public SimilarityColumns {
 public:
  GivenColumns(const SimilarityRows& similarities, std::vector<std::int64_t> columns)
      : similarities_(similarities), columns_(std::move(columns)) {}

  void row(std::int64_t i, float weight, float* out) const override {
    for (const std::int64_t j : columns_) *out++ = similarities_.similarity(i, j, weight);
  }

 private:
  const SimilarityRows& similarities_;
  std::vector<std::int64_t> columns_;
};

class GivenSimilarities final : public SimilarityRows {
 public:
  GivenSimilarities(MatrixView<const float> similarities, std::vector<float> weights)
      : SimilarityRows(std::move(weights)), similarities_(similarities) {}

  [[nodiscard]] float similarity(std::int64_t i, std::int64_t j, float weight) const override {
    return weight * similarities_(i, j) + 0.0F;
  }
  [[nodiscard]] bool symmetric() const override { return false; }
  void tile(std::int64_t first_row, std::int64_t first_block, std::int64_t blocks,
            float* out) const override {
    const std::int64_t first = first_block * kBlock;
    const std::int64_t last = std::min(first + blocks * kBlock, rows());
    for (std::int64_t r = 0; r < kTileRows; ++r) {
      const std::int64_t i = std::min(first_row + r, rows() - 1);
      for (std::int64_t j = first; j < last; ++j)
        out[r * blocks * kBlock + j - first] = similarity(i, j, 1.0F);
    }
  }
  [[nodiscard]] std::unique_ptr<SimilarityColumns> to_columns(
      const std::vector<std::int64_t>& columns) const override {
    return std::make_unique<GivenColumns>(*this, columns);
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
