#pragma once
/// The CPU's data set: blocks of 16 rows, each feature's 16 values side by side, so that lanes are
/// rows.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "cohort/backend.hpp"
#include "cohort/column_sums.hpp"
#include "cohort/large_memory.hpp"

namespace cohort::cpu {

inline constexpr std::int64_t kBlock = 16;

/// n x d float32 as ceil(n / 16) blocks of d x 16, the last block's missing rows zero with weight
/// 0.
class CpuDataSet final : public DataSet {
 public:
  /// The last block is zero, the others are the caller's to fill.
  CpuDataSet(std::int64_t rows, std::int64_t features)
      : rows_(rows),
        features_(features),
        x_(static_cast<std::size_t>(blocks() * features * kBlock)) {
    if (rows > 0) std::fill_n(block(blocks() - 1), features * kBlock, 0.0F);
  }

  [[nodiscard]] std::int64_t rows() const override { return rows_; }
  [[nodiscard]] std::int64_t features() const override { return features_; }
  [[nodiscard]] std::int64_t blocks() const { return (rows_ + kBlock - 1) / kBlock; }

  /// d x 16 values of block b.
  [[nodiscard]] float* block(std::int64_t b) { return x_.data() + b * features_ * kBlock; }
  [[nodiscard]] const float* block(std::int64_t b) const {
    return x_.data() + b * features_ * kBlock;
  }
  /// Rows that block b really has, 1 to 16.
  [[nodiscard]] std::int64_t rows_in(std::int64_t b) const {
    return std::min(kBlock, rows_ - b * kBlock);
  }
  [[nodiscard]] float& at(std::int64_t i, std::int64_t j) {
    return block(i / kBlock)[j * kBlock + i % kBlock];
  }
  [[nodiscard]] float at(std::int64_t i, std::int64_t j) const {
    return block(i / kBlock)[j * kBlock + i % kBlock];
  }

  /// Of all features, where the maker knows them.
  std::optional<ColumnRanges> ranges;

  /// blocks() x 16 weights, 0 behind the last row; empty = all 1.
  std::vector<float> weights;
  /// The weights count equal rows of unweighted data.
  bool counted = false;
  [[nodiscard]] double weight(std::int64_t i) const {
    return weights.empty() ? 1.0 : static_cast<double>(weights[static_cast<std::size_t>(i)]);
  }

 private:
  std::int64_t rows_;
  std::int64_t features_;
  LargeVector<float> x_;
};

/// Where feature j of `row` lies when the blocks from row 0 on begin at `x`; the rows after it in
/// its block follow.
[[nodiscard, gnu::always_inline]] inline const float* lanes_at(const float* x, std::int64_t d,
                                                               std::int64_t row, std::int64_t j) {
  return x + (row / kBlock * d + j) * kBlock + row % kBlock;
}

[[nodiscard]] inline const CpuDataSet& on_cpu(const DataSet& data) {
  return dynamic_cast<const CpuDataSet&>(data);
}

}  // namespace cohort::cpu
