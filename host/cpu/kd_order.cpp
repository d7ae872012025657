#include "host/cpu/kd_order.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "cohort/matrix.hpp"

namespace cohort::cpu {

namespace {

class KdTree {
 public:
  explicit KdTree(const CpuDataSet& data) : points_(data.rows(), data.features()) {
    for (std::int64_t i = 0; i < data.rows(); ++i)
      for (std::int64_t f = 0; f < data.features(); ++f) points_(i, f) = data.at(i, f);
  }

  void arrange(std::span<std::int32_t> rows) const {
    const auto size = std::ssize(rows);
    if (size <= kBlock) return;
    const std::int64_t feature = widest(rows);
    const auto left = static_cast<std::size_t>(half(size));
    std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(left), rows.end(),
                     [&](std::int32_t a, std::int32_t b) {
                       const float x = points_(a, feature);
                       const float y = points_(b, feature);
                       return x < y || (x == y && a < b);
                     });
    arrange(rows.first(left));
    arrange(rows.subspan(left));
  }

 private:
  /// About half of the rows, in whole groups or, of a group or less, in whole blocks.
  [[nodiscard]] static std::int64_t half(std::int64_t rows) {
    const std::int64_t unit = rows > kBlock * kBlock ? kBlock * kBlock : kBlock;
    const std::int64_t units = (rows + unit - 1) / unit;
    return (units + 1) / 2 * unit;
  }

  [[nodiscard]] std::int64_t widest(std::span<const std::int32_t> rows) const {
    std::int64_t best = 0;
    float width = -1;
    for (std::int64_t f = 0; f < points_.cols(); ++f) {
      float least = points_(rows.front(), f);
      float largest = least;
      for (const std::int32_t row : rows) {
        least = std::min(least, points_(row, f));
        largest = std::max(largest, points_(row, f));
      }
      if (largest - least > width) {
        width = largest - least;
        best = f;
      }
    }
    return best;
  }

  Matrix<float> points_;
};

}  // namespace

std::vector<std::int32_t> kd_order(const CpuDataSet& data) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(data.rows()));
  std::iota(order.begin(), order.end(), 0);
  if (data.features() > 0) KdTree(data).arrange(order);
  return order;
}

}  // namespace cohort::cpu
