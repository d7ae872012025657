#pragma once
/// The nearest centre of each row, for rows in registers: direct float32 differences, features in
/// index order, the lowest index wins ties.
///
/// Distances cost 2 instructions for each feature and centre. A score |c|^2 / 2 - x.c, which orders
/// centres as distances do, costs 1; so scores propose the winner, and where the runner-up is
/// farther behind than rounding can reach, the winner is proved. The few rows in doubt (about one
/// in 10,000 of scaled data; all of them where values are large beside their differences) are
/// measured. For D = 16, k = 16 a row takes 256 fma, 80 instructions for winner and runner-up and
/// 32 16-byte reads of shared memory, which two rows share: about 400 instructions or 3.2 clocks of
/// a multiprocessor, where distances alone took 5. 10M rows: 0.13 ms on 132 multiprocessors at 1.9
/// GHz; memory takes 0.14 ms for their 650 MB.

#include <limits>

#include "cohort/arithmetic.hpp"

#include "cuda/row_pairs.cuh"

namespace cohort::cuda {

inline constexpr float kBeyond = std::numeric_limits<float>::infinity();

/// By distances. Where all are beyond float32 the label is 0.
/// \param centers  k in fours, as CenterLayout has them
template <int D>
__device__ void nearest_by_distance(const RowPair<D>& rows, const float* centers, int k,
                                    int (&label)[2]) {
  float least[2] = {kBeyond, kBeyond};
  label[0] = label[1] = 0;
  for (int c = 0; c < k; c += 4, centers += 4 * (D + 1)) {
    float total[2][4] = {};
#pragma unroll
    for (int j = 0; j < D; ++j) {
      const float4 center = *reinterpret_cast<const float4*>(centers + 4 * j);
#pragma unroll
      for (int p = 0; p < 2; ++p) {
        total[p][0] = add_squared_difference(rows.x[p][j], center.x, total[p][0]);
        total[p][1] = add_squared_difference(rows.x[p][j], center.y, total[p][1]);
        total[p][2] = add_squared_difference(rows.x[p][j], center.z, total[p][2]);
        total[p][3] = add_squared_difference(rows.x[p][j], center.w, total[p][3]);
      }
    }
#pragma unroll
    for (int p = 0; p < 2; ++p)
#pragma unroll
      for (int t = 0; t < 4; ++t)
        if (c + t < k && total[p][t] < least[p]) {
          least[p] = total[p][t];
          label[p] = c + t;
        }
  }
}

/// How far apart scores must be. With u = 2^-24, a row x, centres of norm at most M, and
/// R = |x|^2 + M^2: a score is off by less than 1.01 (d + 2) u R, twice a difference of scores is a
/// difference of squared distances, and each of those, at most 2 R, is off by 1.01 (d + 2) u of
/// itself; together 4.04 (d + 2) u R. The rest of slack() is for R itself and the half norm, and
/// kLeast is above all that underflow can lose. No sum on the way to a score is beyond R, and where
/// R is infinite nothing is proved.
struct ScoreBounds {
  static constexpr float kLeast = 0x1p-126F;

  [[nodiscard]] static __device__ constexpr float slack(int width) {
    return 4.5F * static_cast<float>(width + 3) * 0x1p-24F;
  }
};

/// The squared norms of a thread's rows.
template <int D>
__device__ void squared_norms(const RowPair<D>& rows, float (&norm)[2]) {
#pragma unroll
  for (int p = 0; p < 2; ++p) {
    norm[p] = 0;
#pragma unroll
    for (int j = 0; j < D; ++j) norm[p] = fmaf(rows.x[p][j], rows.x[p][j], norm[p]);
  }
}

/// By scores. Returns whether both labels are proved to be those of nearest_by_distance().
/// \param norm          of the rows  \param largest_norm  of the centres; both squared
template <int D>
__device__ bool nearest_by_score(const RowPair<D>& rows, const float (&norm)[2],
                                 const float* centers, int k, float largest_norm, int (&label)[2]) {
  float best[2] = {kBeyond, kBeyond};
  float second[2] = {kBeyond, kBeyond};
  label[0] = label[1] = 0;
  for (int c = 0; c < k; c += 4, centers += 4 * (D + 1)) {
    const float4 half = *reinterpret_cast<const float4*>(centers + 4 * D);
    float score[2][4] = {{half.x, half.y, half.z, half.w}, {half.x, half.y, half.z, half.w}};
#pragma unroll
    for (int j = 0; j < D; ++j) {
      const float4 center = *reinterpret_cast<const float4*>(centers + 4 * j);
#pragma unroll
      for (int p = 0; p < 2; ++p) {
        score[p][0] = fmaf(-rows.x[p][j], center.x, score[p][0]);
        score[p][1] = fmaf(-rows.x[p][j], center.y, score[p][1]);
        score[p][2] = fmaf(-rows.x[p][j], center.z, score[p][2]);
        score[p][3] = fmaf(-rows.x[p][j], center.w, score[p][3]);
      }
    }
#pragma unroll
    for (int p = 0; p < 2; ++p)
#pragma unroll
      for (int t = 0; t < 4; ++t) {
        second[p] = fminf(second[p], fmaxf(best[p], score[p][t]));
        label[p] = score[p][t] < best[p] ? c + t : label[p];
        best[p] = fminf(best[p], score[p][t]);
      }
  }
  bool proved = true;
#pragma unroll
  for (int p = 0; p < 2; ++p) {
    const float reach = norm[p] + largest_norm;
    const float margin = fmaf(ScoreBounds::slack(D), reach, ScoreBounds::kLeast);
    proved = proved && second[p] - best[p] > margin;
  }
  return proved;
}

/// Labels of a thread's two rows.
template <int D>
__device__ void find_nearest(const RowPair<D>& rows, const float (&norm)[2], const float* centers,
                             int k, float largest_norm, int (&label)[2]) {
  if (!nearest_by_score(rows, norm, centers, k, largest_norm, label))
    nearest_by_distance(rows, centers, k, label);
}

}  // namespace cohort::cuda
