#pragma once
/// Where the restarts of K-means begin.
///
/// Draws, the same on every backend: restart r uses stream r of the seed, and each draw the low 64
/// bits. `random` draws centre c with index c. k-means++ draws its first centre with index 0 and
/// trial t of centre c with index 1 + (c - 1) x trials + t. A draw is u = below(bits, total) and
/// takes the first row whose prefix sum of integer terms exceeds u.

#include <cstdint>
#include <functional>
#include <vector>

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

/// "4 clusters need 4 distinct rows; the data hold 3; use --n-clusters 3 or fewer", thrown.
[[noreturn]] void refuse_too_few_distinct(std::int64_t n_clusters, std::int64_t distinct);

/// Squared distances between rows do not fit float32, said in one line and thrown.
[[noreturn]] void refuse_too_far_apart();

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
