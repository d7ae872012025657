#include <algorithm>
#include <limits>

#include "cohort/agreement.hpp"

namespace cohort {

namespace {

/// Kuhn's Hungarian method in the form that lengthens one shortest path for each row (Jonker &
/// Volgenant, A Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems,
/// 1987), on integers. Rows are the side with fewer clusters. Rows and columns are counted from 1;
/// 0 stands for none.
class Matching {
 public:
  explicit Matching(const Matrix<std::int64_t>& counts)
      : counts_(counts),
        wide_(counts.rows() <= counts.cols()),
        row_price_(static_cast<std::size_t>(std::min(counts.rows(), counts.cols()) + 1)),
        column_price_(static_cast<std::size_t>(std::max(counts.rows(), counts.cols()) + 1)),
        row_of_(column_price_.size()) {
    for (std::size_t row = 1; row < row_price_.size(); ++row) place(row);
  }

  /// A pair of clusters, of the contingency's rows and columns.
  struct Pair {
    std::int64_t a, b;
  };
  [[nodiscard]] std::vector<Pair> pairs() const {
    std::vector<Pair> result;
    for (std::size_t c = 1; c < row_of_.size(); ++c) {
      const auto row = static_cast<std::int64_t>(row_of_[c]) - 1;
      const auto column = static_cast<std::int64_t>(c) - 1;
      if (row >= 0) result.push_back(wide_ ? Pair{row, column} : Pair{column, row});
    }
    return result;
  }

 private:
  void place(std::size_t row) {
    const std::size_t columns = column_price_.size();
    std::vector<std::int64_t> slack(columns, std::numeric_limits<std::int64_t>::max());
    std::vector<std::size_t> before(columns);
    std::vector<bool> seen(columns);
    row_of_[0] = row;
    std::size_t column = 0;
    while (row_of_[column] != 0) {
      seen[column] = true;
      const std::size_t next = look_from(column, slack, before, seen);
      const std::int64_t step = slack[next];
      for (std::size_t c = 0; c < columns; ++c) {
        if (seen[c]) {
          row_price_[row_of_[c]] += step;
          column_price_[c] -= step;
        } else if (c > 0) {
          slack[c] -= step;
        }
      }
      column = next;
    }
    for (; column != 0; column = before[column]) row_of_[column] = row_of_[before[column]];
  }

  /// The nearest column not yet seen; of equal ones the first.
  std::size_t look_from(std::size_t column, std::vector<std::int64_t>& slack,
                        std::vector<std::size_t>& before, const std::vector<bool>& seen) const {
    const std::size_t row = row_of_[column];
    std::size_t nearest = 0;
    for (std::size_t c = 1; c < slack.size(); ++c) {
      if (seen[c]) continue;
      const std::int64_t cost = -shared(row, c) - row_price_[row] - column_price_[c];
      if (cost < slack[c]) {
        slack[c] = cost;
        before[c] = column;
      }
      if (nearest == 0 || slack[c] < slack[nearest]) nearest = c;
    }
    return nearest;
  }

  [[nodiscard]] std::int64_t shared(std::size_t row, std::size_t column) const {
    const auto r = static_cast<std::int64_t>(row) - 1;
    const auto c = static_cast<std::int64_t>(column) - 1;
    return wide_ ? counts_(r, c) : counts_(c, r);
  }

  const Matrix<std::int64_t>& counts_;
  bool wide_;
  std::vector<std::int64_t> row_price_, column_price_;
  std::vector<std::size_t> row_of_;
};

/// The largest cells first, ties by the lowest row, then column.
std::vector<Matching::Pair> largest_first(const Matrix<std::int64_t>& counts) {
  std::vector<Matching::Pair> cells;
  for (std::int64_t a = 0; a < counts.rows(); ++a)
    for (std::int64_t b = 0; b < counts.cols(); ++b)
      if (counts(a, b) > 0) cells.push_back({a, b});
  std::stable_sort(cells.begin(), cells.end(),
                   [&](const Matching::Pair& one, const Matching::Pair& other) {
                     return counts(one.a, one.b) > counts(other.a, other.b);
                   });
  std::vector<bool> taken_a(static_cast<std::size_t>(counts.rows()));
  std::vector<bool> taken_b(static_cast<std::size_t>(counts.cols()));
  std::erase_if(cells, [&](const Matching::Pair& cell) {
    const auto a = static_cast<std::size_t>(cell.a);
    const auto b = static_cast<std::size_t>(cell.b);
    if (taken_a[a] || taken_b[b]) return true;
    taken_a[a] = taken_b[b] = true;
    return false;
  });
  return cells;
}

}  // namespace

bool is_matched_best(std::int64_t clusters_of_a, std::int64_t clusters_of_b) {
  constexpr double kMostSteps = 4e9;
  const auto fewer = static_cast<double>(std::min(clusters_of_a, clusters_of_b));
  return fewer * fewer * static_cast<double>(std::max(clusters_of_a, clusters_of_b)) <= kMostSteps;
}

std::vector<std::int32_t> best_partners(const Matrix<std::int64_t>& counts) {
  std::vector<std::int32_t> partners(static_cast<std::size_t>(counts.rows()), -1);
  for (const Matching::Pair& pair : is_matched_best(counts.rows(), counts.cols())
                                        ? Matching(counts).pairs()
                                        : largest_first(counts))
    if (counts(pair.a, pair.b) > 0)
      partners[static_cast<std::size_t>(pair.a)] = static_cast<std::int32_t>(pair.b);
  return partners;
}

}  // namespace cohort
