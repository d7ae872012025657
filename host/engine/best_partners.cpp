#include <algorithm>
#include <limits>

#include "cohort/agreement.hpp"

namespace cohort {

namespace {

/// Kuhn's Hungarian method in the form that lengthens one shortest path for each row (Jonker &
/// Volgenant, A Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems,
/// 1987), on integers. Rows and columns are counted from 1; 0 stands for none.
class Matching {
 public:
  /// \param costs  rows x columns, no more rows than columns
  explicit Matching(const Matrix<std::int64_t>& costs)
      : costs_(costs),
        row_price_(static_cast<std::size_t>(costs.rows() + 1)),
        column_price_(static_cast<std::size_t>(costs.cols() + 1)),
        row_of_(column_price_.size()) {
    for (std::int64_t row = 1; row <= costs.rows(); ++row) place(static_cast<std::size_t>(row));
  }

  /// The row that column c (from 0) is given to, from 0; -1 where there is none.
  [[nodiscard]] std::int64_t row_of(std::int64_t c) const {
    return static_cast<std::int64_t>(row_of_[static_cast<std::size_t>(c) + 1]) - 1;
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
      const std::int64_t cost =
          costs_(static_cast<std::int64_t>(row) - 1, static_cast<std::int64_t>(c) - 1) -
          row_price_[row] - column_price_[c];
      if (cost < slack[c]) {
        slack[c] = cost;
        before[c] = column;
      }
      if (nearest == 0 || slack[c] < slack[nearest]) nearest = c;
    }
    return nearest;
  }

  const Matrix<std::int64_t>& costs_;
  std::vector<std::int64_t> row_price_, column_price_;
  std::vector<std::size_t> row_of_;
};

}  // namespace

std::vector<std::int32_t> best_partners(const Matrix<std::int64_t>& counts) {
  const bool wide = counts.rows() <= counts.cols();
  Matrix<std::int64_t> costs(wide ? counts.rows() : counts.cols(),
                             wide ? counts.cols() : counts.rows());
  for (std::int64_t r = 0; r < costs.rows(); ++r)
    for (std::int64_t c = 0; c < costs.cols(); ++c)
      costs(r, c) = wide ? -counts(r, c) : -counts(c, r);
  const Matching matching(costs);
  std::vector<std::int32_t> partners(static_cast<std::size_t>(counts.rows()), -1);
  for (std::int64_t c = 0; c < costs.cols(); ++c) {
    const std::int64_t r = matching.row_of(c);
    if (r < 0) continue;
    const std::int64_t a = wide ? r : c;
    const std::int64_t b = wide ? c : r;
    if (counts(a, b) > 0) partners[static_cast<std::size_t>(a)] = static_cast<std::int32_t>(b);
  }
  return partners;
}

}  // namespace cohort
