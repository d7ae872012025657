#pragma once
/// The nearest centres where there are many features and many centres: products of 16-bit integers,
/// two features an instruction, propose them, a bound proves them, and the defined distances decide
/// where it does not.
///
/// Rows and centres are rounded to a grid: x^ = s x + t with s a power of two and t a float for
/// each feature, q = x^ rounded to 16 bits; c^ and p the same of a centre. All that follows is in
/// these units; |.| are Euclidean norms.
/// 1. |q - p|^2 = |q|^2 - 2 (q.p - |p|^2 / 2) is known in integers; the score S = q.p - floor(|p|^2
///    / 2) is at most 1/2 above the bracket and never below. Let b be the centre of the best score,
///    so that |q - p_b|^2 <= w = |q|^2 - 2 S_b + 1.
/// 2. With e >= |x^ - q| + |c^ - p| for every centre, the real distances r = |x - c| obey
///    s r_c >= |q - p_c| - e and s r_b <= sqrt(w) + e.
/// 3. By (1) to (3) of label_gaps.hpp the defined D'(c) > D'(b), strictly, if s r_c (1 - y) >
///    s r_b (1 + y) + s sqrt(2 z0), and so if |q - p_c| > T = a sqrt(w) + f with
///      a = (1 + y) / (1 - y),  f = (a + 1) e + s sqrt(2 z0) / (1 - y).
///    That is the case if S_c < S_b - [(a^2 - 1) w + 2 a f sqrt(w) + f^2] / 2 - 1/2. The bracket is
///    computed in float32 and made larger by 2^-16, which covers its roundings.
/// 4. What is left holds every centre that attains the least D'. One alone is the label; of several
///    the defined distances are computed, and the lowest index of the least is the label.
/// 5. |x^ - q| is computed from v = fmaf(s, x, t), within 2^-24 of x^: the root of the sum of
///    (v - q)^2, made larger by (d + 8) 2^-24, and 2^-23 |v|.
/// 6. Sums of products may wrap on their way and are right in the end while |q| + |p| <= 46340, so
///    that all of these fit 32 bits. Rows for which that does not hold, or whose distances may
///    overflow, are labelled directly; infinities and NaNs fail the comparisons.

#include <cstdint>
#include <vector>

#include "cohort/matrix.hpp"

#include "host/cpu/data_set.hpp"
#include "host/cpu/simd.hpp"

namespace cohort::cpu {

/// Centres on the grid, and what the bound needs to know.
class WideFilter {
 public:
  /// Whether that is faster than every distance, by shape alone.
  [[nodiscard]] static bool pays(std::int64_t d, std::int64_t k) {
    return d >= 32 && d <= 65536 && k >= 64 && d * k >= 8192;
  }

  /// \param centers  outlive this; finite
  WideFilter(const CpuDataSet& data, MatrixView<const float> centers);
  WideFilter(WideFilter&&) = default;

  /// nearest_centers() for `blocks` blocks from `first` on. \param distances  or null
  template <class Label>
  void label(Isa isa, std::int64_t first, std::int64_t blocks, Label* labels,
             float* distances) const;

  /// What kernels read.
  struct Grid {
    const float* shift;           ///< t, d and a zero where d is odd
    const std::int32_t* centers;  ///< k x pairs: two 16-bit integers each
    const std::int32_t* start;    ///< k: -floor(|p|^2 / 2)
    std::int64_t features, pairs, count;
    float scale;         ///< s
    float most_norm;     ///< of v, for which (6) holds
    float center_error;  ///< |c^ - p| at most
    float relative;      ///< (d + 8) 2^-24
    float square_part;   ///< a^2 - 1
    float root_part;     ///< 2 a
    float f_per_e;       ///< a + 1
    float f_constant;    ///< the rest of f
    float most_root;     ///< sqrt(w) + f for which D'(b) is finite: s 2^60
  };

 private:
  const CpuDataSet& data_;
  MatrixView<const float> centers_;
  std::vector<float> shift_;
  std::vector<std::int32_t> packed_, start_;
  Grid grid_;
};

}  // namespace cohort::cpu
