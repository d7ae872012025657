#include <algorithm>

#include "cohort/distinct_arithmetic.hpp"

#include "host/cpu/kmeans_lloyd.hpp"

namespace cohort::cpu {

namespace {

bool equal_rows(const CpuDataSet& data, std::int64_t a, std::int64_t b) {
  for (std::int64_t j = 0; j < data.features(); ++j)
    if (identity(data.at(a, j)) != identity(data.at(b, j))) return false;
  return true;
}

// Rows by falling distance, then rising index, of equal ones the first; equal rows are equally far.
class FarRows {
 public:
  FarRows(const CpuDataSet& data, const std::vector<float>& distances)
      : data_(data), distances_(distances) {}

  // The next one, or -1.
  std::int64_t next() {
    std::int64_t best = -1;
    for (std::int64_t i = 0; i < data_.rows(); ++i)
      if ((best < 0 || distance(i) > distance(best)) && is_behind_last(i)) best = i;
    if (!given_.empty() && best >= 0 && distance(best) < distance(given_.back())) given_.clear();
    if (best >= 0) given_.push_back(best);
    return best;
  }

 private:
  [[nodiscard]] float distance(std::int64_t i) const {
    return distances_[static_cast<std::size_t>(i)];
  }
  [[nodiscard]] bool is_behind_last(std::int64_t i) const {
    if (given_.empty() || distance(i) < distance(given_.back())) return true;
    if (distance(i) > distance(given_.back()) || i <= given_.back()) return false;
    return std::ranges::none_of(given_, [&](std::int64_t g) { return equal_rows(data_, i, g); });
  }

  const CpuDataSet& data_;
  const std::vector<float>& distances_;
  std::vector<std::int64_t> given_;  // of the last distance
};

}  // namespace

void fill_empty_clusters(const CpuDataSet& data, const KMeansSums& sums,
                         const Matrix<float>& centers, Machine machine, ClusterSums& clusters) {
  Assignment assignment = assign(data, centers, machine);
  for (std::int64_t i = 0; i < data.rows(); ++i)
    if (sums.weight_term(i) == 0) assignment.squared_distance[static_cast<std::size_t>(i)] = 0;

  FarRows rows(data, assignment.squared_distance);
  const auto far_row = [&] {
    const std::int64_t row = rows.next();
    if (row < 0) return FarRow{};
    return FarRow{row, assignment.squared_distance[static_cast<std::size_t>(row)],
                  assignment.labels[static_cast<std::size_t>(row)], sums.weight_term_of_copy(row)};
  };
  cohort::fill_empty_clusters(clusters.weights, far_row, [&](const FarRow& far, std::int64_t to) {
    for (std::int64_t j = 0; j < data.features(); ++j) {
      const std::int64_t term = sums.value_term_of_copy(data.at(far.row, j), j, far.row);
      clusters.values(far.cluster, j) -= term;
      clusters.values(to, j) = term;
    }
  });
}

}  // namespace cohort::cpu
