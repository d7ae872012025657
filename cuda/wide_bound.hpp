#pragma once
/// How wrong a score of the tensor cores can be, and so which centres it rules out.
///
/// The defined distance of a row x and a centre c is D'(c), the float32 chain of
/// add_squared_difference(). The filter looks at scores instead. Everything is shifted by a
/// reference point r and scaled by a power of two s, chosen from the centres (wide_centers.cuh):
///   x^ = s (x - r),  c^ = s (c - r)  exactly;  D(c) = |x^ - c^|^2 = |x^|^2 - 2 S(c),
///   S(c) = x^ . c^ - |c^|^2 / 2:  the nearest centre has the largest score.
/// A row's features reach the tensor cores as h(x'), x' the float32 fmaf(x, s, -s r) and h a half;
/// a centre's as h(c^). The sum starts at v = -|c^|^2 / 2 in float32 and comes out as A(c).
///
/// With u = 2^-24, C >= |c^| and R >= |c^ - h(c^)| for all centres (computed from what they are),
/// norms Euclidean:
///
/// 1. Halves. |x^_j - x'_j| <= u |x^_j|. A half is within 2^-11 |x'_j|, or, where it is subnormal,
///    below 2^-14 and of unknown effect, within 2^-14 whatever the hardware makes of it:
///      |x^ - h(x')| <= p |x'| + 2^-14 sqrt(d),  p = 2^-11 + 2^-23,
///      |h(x')| <= (1 + 2^-11) |x'| + 2^-14 sqrt(d).
///    (Subnormal halves of centres are set to 0 beforehand.) With Cauchy and Schwarz
///      |x^ . c^ - h(x') . h(c^)| <= |x^ - h(x')| C + |h(x')| R.
/// 2. Sums. Each of the m = ceil(d / 16) steps of a tensor core errs by at most e = 2^-18 of the
///    magnitudes that go in (kTensorCoreError), all together by a = m e (1 + m e) of all of them:
///      a (|v| + |h(x')| |h(c^)|),  |h(c^)| <= C + R;  and v itself is within u C^2 / 2.
///    So |A(c) - S(c)| <= eps = B |x'| + E:
///      B = p C + (1 + 2^-11) (R + a (C + R)),
///      E = 2^-14 sqrt(d) (C + R + a (C + R)) + (a + 2u) C^2 / 2.
/// 3. The chain. D' = D (1 + t) + z with |t| <= y = (d + 2) u (1 + (d + 2) u): a rounding for each
///    difference (twice in its square) and each sum; |z| <= z0 = s^2 d 2^-149 for sums that are
///    subnormal. So D'(c) > D'(b) as soon as D(c) - D(b) > 2 y/(1-y) D(b) + 2 z0/(1-y).
/// 4. Let b be the centre with the largest A. D(c) - D(b) = 2 (S(b) - S(c)) and
///    D(b) <= |x^|^2 - 2 A(b) + 2 eps, hence with g = y / (1 - y) every c with
///      A(c) < T = (1 + 2g) A(b) - [ (2 + 2g) eps + g |x^|^2 + z0 (1 + 2g) ]
///    has D'(c) > D'(b), strictly: it is not the nearest, nor tied with it. What is left contains
///    every centre that attains the least D', so the least of them by (D', index) is the label.
/// 5. T is computed in float32: T = fmaf(best, gain, -slack). |A(b)| and what is taken off are
///    rounded by less than 4 u (C |x'| + C^2) together, which goes into the slack; |x'| itself is a
///    chain of d fmaf and a square root, within (d + 8) u. The constants are computed in double and
///    made larger by 2^-16, which covers their own roundings and those of the slack.
/// 6. All of this holds as long as nothing overflows. Rows with |x'| >= 65504 (a half would be
///    infinite) or with an upper bound of s^-2 D(b) beyond 2^126 (D' may be infinite; then the
///    label is 0, by definition) are not decided here; NaN fails the same comparisons.

#include <cmath>

#include "cohort/arithmetic.hpp"

#include "cuda/tensor_core.hpp"

namespace cohort::cuda {

/// What a row needs to know, for one set of centres.
struct WideBound {
  float gain;       ///< threshold = gain x best score - slack
  float norm_part;  ///< slack = norm_part x |x'| + square_part x |x'|^2 + constant_part
  float square_part;
  float constant_part;
  float most_square;    ///< rows with |x'|^2 from here on are not decided,
  float most_distance;  ///< nor those with |x'|^2 - 2 best + slack from here on
};

/// \param features          d
/// \param scale             s
/// \param center_square     C^2 or more
/// \param remainder_square  R^2 or more
[[nodiscard]] COHORT_SHARED_CODE WideBound wide_bound(std::int64_t features, double scale,
                                                      double center_square,
                                                      double remainder_square) {
  const auto d = static_cast<double>(features);
  const double u = 0x1p-24;
  const double larger = 1 + 0x1p-16;
  const double c = sqrt(center_square);
  const double r = sqrt(remainder_square);
  const double half = 0x1p-11 + 0x1p-23;
  const double steps = ceil(d / 16);
  const double sums = steps * kTensorCoreError * (1 + steps * kTensorCoreError);
  const double tiny = 0x1p-14 * sqrt(d);

  const double per_norm = half * c + (1 + 0x1p-11) * (r + sums * (c + r));
  const double constant = tiny * (c + r + sums * (c + r)) + (sums + 2 * u) * center_square / 2;
  const double chain = (d + 2) * u * (1 + (d + 2) * u);
  const double g = chain / (1 - chain);
  const double norm = 1 + (d + 8) * u;
  const double subnormal = scale * scale * d * 0x1p-149;

  WideBound bound;
  bound.gain = static_cast<float>(1 + 2 * g);
  bound.norm_part = static_cast<float>(((2 + 2 * g) * per_norm + 4 * u * c) * norm * larger);
  bound.square_part = static_cast<float>(g * norm * norm * larger);
  bound.constant_part = static_cast<float>(
      ((2 + 2 * g) * constant + 4 * u * center_square + (1 + 2 * g) * subnormal) * larger);
  bound.most_square = 65504.0F * 65504.0F;
  bound.most_distance = static_cast<float>(fmin(scale * scale * 0x1p126, 0x1p127));
  return bound;
}

}  // namespace cohort::cuda
