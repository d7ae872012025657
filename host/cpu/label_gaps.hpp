#pragma once
/// How far centres may move before a row's label can change: Hamerly's bound (Making k-means even
/// faster, SDM 2010), one for the 16 rows of a block together, and proved for what float32 makes of
/// distances.
///
/// The defined distance D' between a row and a centre is the float32 chain of
/// add_squared_difference(); r is the real distance and D its square. With u = 2^-24:
/// 1. D' = D (1 + t) + z with |t| <= y = (d + 2) u (1 + (d + 2) u): a rounding for each difference
///    (twice in its square) and each sum; |z| <= z0 = d 2^-149 for sums that are subnormal.
/// 2. So (sqrt(D') - sqrt(z0)) (1 - y) <= r <= (sqrt(D') + sqrt(z0)) (1 + y) for y <= 1/2.
/// 3. Let b be the label, c any other centre, and let them move by m_b and m_c in all. Then
///    D'(c) > D'(b), strictly, if (r_c - m_c) (1 - y) > (r_b + m_b) (1 + y) + sqrt(2 z0), and so if
///      gap = sqrt(D'_2) (1 - 3y) - sqrt(D'_1) (1 + 3y) - 4 sqrt(z0) > (m_b + m_c) (1 + y)
///    for the least distance D'_1 and the second least D'_2 before they moved. The label stays.
/// 4. Where D' overflows D is 2^124 or more, so with min(D'_2, 2^124) in the place of D'_2 all of
///    this holds, and a label that stays is that of a finite distance. D'_1 = infinity gives the
///    gap -infinity.
/// 5. The path is the sum of (m_b + m_c) (1 + y) over the moves, for the two centres that move
///    most. What is kept of a block is its rows' least gap + the path so far; as long as that is
///    more than the path, all its labels stay. The gap's float32 roundings are two of each root,
///    which make y larger by 4u, and three of differences and sums, which limit() covers.

#include <cmath>
#include <cstdint>
#include <limits>

namespace cohort::cpu {

/// The constants of a gap for d features.
struct GapRule {
  explicit GapRule(std::int64_t features) {
    const auto d = static_cast<double>(features);
    const double u = 0x1p-24;
    const double chain = (d + 2) * u * (1 + (d + 2) * u);
    const double relative = 3 * chain + 4 * u;
    second_part = static_cast<float>((1 - relative) * (1 - u));
    first_part = static_cast<float>((1 + relative) * (1 + u));
    constant = chain <= 0.5 ? static_cast<float>(4.001 * std::sqrt(d * 0x1p-149))
                            : std::numeric_limits<float>::infinity();
    path_factor = (1 + chain) * (1 + 0x1p-20);
  }
  static constexpr float kMostSecond = 0x1p124F;

  float second_part;  ///< gap = second_part x sqrt(second) - first_part x sqrt(first) - constant
  float first_part;
  float constant;
  double path_factor;  ///< a path is this x what the two centres that moved most moved together
};

/// What the gaps of a block are measured on.
class CenterPath {
 public:
  /// \param length  path_factor x moves, added up
  void move_on(double length) { length_ += length; }
  /// What is added to a gap that is found now: not above the path.
  [[nodiscard]] float origin() const { return std::nextafter(static_cast<float>(length_), -1.0F); }
  /// Blocks with more than this keep their labels.
  [[nodiscard]] float limit() const {
    return std::nextafter(static_cast<float>(length_ * (1 + 0x1p-20)),
                          std::numeric_limits<float>::infinity());
  }

 private:
  double length_ = 0;
};

}  // namespace cohort::cpu
