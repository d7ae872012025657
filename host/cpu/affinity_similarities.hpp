#pragma once
/// Where affinity propagation takes its similarities from: recomputed from features, or read from a
/// given matrix. Messages see one row at a time and never know which.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "cohort/affinity_fit.hpp"

#include "host/cpu/operations.hpp"

namespace cohort::cpu {

class SimilarityRows {
 public:
  explicit SimilarityRows(std::vector<float> weights)
      : weights_(std::move(weights)), rows_(static_cast<std::int64_t>(weights_.size())) {}
  virtual ~SimilarityRows() = default;

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  /// rows() rounded up to whole vectors: the length of every array that lanes run over.
  [[nodiscard]] std::int64_t padded() const { return (rows_ + kBlock - 1) / kBlock * kBlock; }
  [[nodiscard]] float weight(std::int64_t i) const { return weights_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const std::vector<float>& weights() const { return weights_; }

  /// out[j] = weight x s(i,j), padded() of them; kNoSimilarity at j = i and behind the last column.
  void row(std::int64_t i, float weight, float* out) const;

  /// weight x s(i,j), i != j: row()'s j.
  [[nodiscard]] virtual float one(std::int64_t i, std::int64_t j, float weight) const = 0;

 private:
  virtual void fill(std::int64_t i, float weight, float* out) const = 0;

  std::vector<float> weights_;
  std::int64_t rows_;
};

/// Minus the squared distances of the data set's rows. \param data, isa  outlive the result
[[nodiscard]] std::unique_ptr<SimilarityRows> similarities_of(const CpuDataSet& data, Isa isa);

/// \param similarities  outlives the result \param weights  n, or empty for 1
[[nodiscard]] std::unique_ptr<SimilarityRows> given_similarities(
    MatrixView<const float> similarities, std::span<const float> weights);

// The passes of AffinityPasses that find similarities by their order.
[[nodiscard]] SimilarityRange similarity_range(const SimilarityRows& similarities,
                                               ThreadPool& pool);
[[nodiscard]] RankedSimilarity similarity_at_rank(const SimilarityRows& similarities,
                                                  const PairWeights& pairs, PairWeight rank,
                                                  ThreadPool& pool);
[[nodiscard]] float next_similarity_above(const SimilarityRows& similarities,
                                          const PairWeights& pairs, float value, ThreadPool& pool);

/// Rows that one task handles: enough to be worth a task, and few enough for integral doubles.
inline constexpr std::int64_t kRowsPerTask = 64;

/// Calls visit(i, worker) for every row.
template <class Visit>
void for_each_row(std::int64_t rows, ThreadPool& pool, const Visit& visit) {
  pool.run((rows + kRowsPerTask - 1) / kRowsPerTask, [&](std::int64_t task, int worker) {
    const std::int64_t end = std::min(rows, (task + 1) * kRowsPerTask);
    for (std::int64_t i = task * kRowsPerTask; i < end; ++i) visit(i, worker);
  });
}

}  // namespace cohort::cpu
