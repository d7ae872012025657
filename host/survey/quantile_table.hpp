#pragma once
/// A continuous distribution as a table from 32 random bits to its value.

#include <cstdint>
#include <functional>
#include <vector>

namespace cohort {

/// 1,024 pieces of equal probability, the outermost two cut into 1,024 again: straight lines
/// between quantiles as far out as one in four million. The knots are float32, so that the last
/// bits of a machine's logarithm do not show.
class QuantileTable {
 public:
  /// \param quantile  of a probability strictly between 0 and 1, increasing
  explicit QuantileTable(const std::function<double(double)>& quantile);

  [[nodiscard]] double at(std::uint32_t bits) const {
    constexpr std::uint32_t kRest = (1U << 22) - 1;
    const std::uint32_t piece = bits >> 22;
    if (piece == 0) return between(0, bits << 10);
    if (piece == kPieces - 1) return between(2 * (kPieces + 1), (bits & kRest) << 10);
    return between(kPieces + 1, bits);
  }

 private:
  static constexpr std::uint32_t kPieces = 1024;

  /// On the table that starts at knot `start`.
  [[nodiscard]] double between(std::size_t start, std::uint32_t bits) const {
    const float* const knot = knots_.data() + start + (bits >> 22);
    const double part = static_cast<double>(bits & ((1U << 22) - 1)) * 0x1p-22;
    return static_cast<double>(knot[0]) +
           part * (static_cast<double>(knot[1]) - static_cast<double>(knot[0]));
  }

  std::vector<float> knots_;  // lower end, all, upper end: kPieces + 1 each
};

/// The standard normal distribution's value below which lies a share p of it.
[[nodiscard]] double normal_quantile(double p);

}  // namespace cohort
