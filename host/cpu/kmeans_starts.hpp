#pragma once
/// Where the restarts of K-means begin, by the draws of cohort/kmeans_rules.hpp.

#include <cstdint>
#include <functional>
#include <vector>

#include "cohort/kmeans_rules.hpp"

#include "host/cpu/kmeans_sums.hpp"

namespace cohort::cpu {

/// Restarts [first, first + count) of a fit.
struct RestartRange {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// Each restart's k x d start. Restarts advance together, so that one read of the data serves all.
/// \param step_done  called after each read of the data
[[nodiscard]] std::vector<Matrix<float>> kmeans_starts(const CpuDataSet& data,
                                                       const KMeansParams& params,
                                                       const KMeansSums& sums,
                                                       RestartRange restarts, Machine machine,
                                                       const std::function<void()>& step_done);

/// Greedy k-means++ (Arthur & Vassilvitskii 2007): 2 + floor(ln k) trials for each centre, the one
/// with the lowest potential wins, ties the first drawn.
[[nodiscard]] std::vector<Matrix<float>> kmeans_plus_plus(const CpuDataSet& data,
                                                          const KMeansParams& params,
                                                          const KMeansSums& sums,
                                                          RestartRange restarts, Machine machine,
                                                          const std::function<void()>& step_done);

/// Integer terms of all rows, with their sums a task of block_ranges.hpp, to draw rows from.
class DrawTable {
 public:
  /// \param task_sums  the terms' sums of each task, in order
  explicit DrawTable(std::vector<std::int64_t> task_sums);
  [[nodiscard]] std::int64_t total() const { return total_; }
  /// The first row whose prefix sum exceeds u, u < total(). \param term  the term of a row
  [[nodiscard]] std::int64_t find(std::uint64_t u,
                                  const std::function<std::int64_t(std::int64_t)>& term) const;
  /// Takes a row's term out of its task's sum; the caller's terms must know it too.
  void take_out(std::int64_t row, std::int64_t term);

 private:
  std::vector<std::int64_t> task_sums_;
  std::int64_t total_ = 0;
};

/// The rows' weight terms.
[[nodiscard]] DrawTable weight_table(const CpuDataSet& data, const KMeansSums& sums);

}  // namespace cohort::cpu
