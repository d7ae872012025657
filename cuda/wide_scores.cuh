#pragma once
/// A warp scores its 32 rows against 64 centres at a time and notes, for each row, which centres
/// may be the nearest.
///
/// The scores are the accumulators: a lane holds 16 centres of each of 4 rows, four lanes (a quad)
/// hold a row. Per score: one maximum; one subtraction and one shift that collect "above the
/// threshold" in a bit, skipped for rows whose best so far is not reached. What is noted of a chunk
/// is these bits, 64 for a row, with the chunk's best score; when the best of the row rises so far
/// that all notes fall below the threshold, they are forgotten. So a row mostly ends with one note
/// of one bit.

#include "cuda/wide_rows.cuh"

namespace cohort::cuda {

/// A note is one chunk of a row. A row that would need more is left to the direct kernel.
inline constexpr int kNotes = 4;

/// What a warp knows of its rows, in shared memory.
struct WideNotes {
  std::uint16_t bits[kNotes][32]
                    [4];         ///< note x row x lane of the quad: 16 scores, the first highest
  float most[kNotes][32];        ///< the chunk's best score
  int first_center[kNotes][32];  ///< the chunk's
  float best[32];
  int count[32];  ///< may exceed kNotes
};

/// The centre that bit `bit` of lane t's word stands for, counted from the chunk's first.
[[nodiscard]] COHORT_SHARED_CODE int center_of_bit(int t, int bit) {
  const int score = 15 - bit;
  return score / 2 * 8 + 2 * t + score % 2;
}

/// 32 rows x 64 centres. scores[h][e][0] and [1]: row 16 h + g, [2] and [3]: row 16 h + g + 8;
/// centres 8 e + 2 t and the next; g = lane / 4, t = lane % 4.
using Scores = float[2][8][4];

/// One step of 16 features. \param tile  the warp's rows, at this step \param fragments  the
/// centres, at this step \param start  the 64 beginnings of a sum, at the chunk's first step; or
/// null
template <bool kFirst>
__device__ void add_step(const std::uint32_t* tile, int steps, const uint4* fragments,
                         const float* start, Scores& scores) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  std::uint32_t rows[2][4];
#pragma unroll
  for (int h = 0; h < 2; ++h)
#pragma unroll
    for (int word = 0; word < 4; ++word) rows[h][word] = tile[(h * steps * 4 + word) * 32 + lane];
#pragma unroll
  for (int pair = 0; pair < 4; ++pair) {
    const uint4 centers = fragments[pair * 32 + lane];
#pragma unroll
    for (int e = 2 * pair; e < 2 * pair + 2; ++e) {
      const std::uint32_t low = e % 2 == 0 ? centers.x : centers.z;
      const std::uint32_t high = e % 2 == 0 ? centers.y : centers.w;
      if constexpr (kFirst) {
        const float2 two = *reinterpret_cast<const float2*>(start + e * 8 + lane % 4 * 2);
        const float before[4] = {two.x, two.y, two.x, two.y};
#pragma unroll
        for (int h = 0; h < 2; ++h) multiply_add(before, rows[h], low, high, scores[h][e]);
      } else {
#pragma unroll
        for (int h = 0; h < 2; ++h) multiply_add(scores[h][e], rows[h], low, high, scores[h][e]);
      }
    }
  }
}

/// The rows of a lane: 8 r + g, r = 0 to 3; the same in all lanes of a quad.
struct RowsOfLane {
  float best[4] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};
  float slack[4];
  int count[4] = {};
};

/// \param first_center  the chunk's
__device__ inline void take_notes(const Scores& scores, int first_center, float gain,
                                  RowsOfLane& rows, WideNotes& notes) {
  const int g = static_cast<int>(threadIdx.x % 32 / 4);
  const int t = static_cast<int>(threadIdx.x % 4);
#pragma unroll
  for (int r = 0; r < 4; ++r) {
    const auto score = [&](int i) { return scores[r / 2][i / 2][r % 2 * 2 + i % 2]; };
    float most = score(0);
#pragma unroll
    for (int i = 1; i < 16; ++i) most = fmaxf(most, score(i));
    most = fmaxf(most, __shfl_xor_sync(~0U, most, 1));
    most = fmaxf(most, __shfl_xor_sync(~0U, most, 2));
    if (!(most > fmaf(rows.best[r], gain, -rows.slack[r]))) continue;

    const float best = fmaxf(rows.best[r], most);
    const float threshold = fmaf(best, gain, -rows.slack[r]);
    if (!(rows.best[r] > threshold)) rows.count[r] = 0;
    rows.best[r] = best;
    unsigned bits = 0;
#pragma unroll
    for (int i = 0; i < 16; ++i)  // the sign of a difference says "above"
      bits = __funnelshift_l(__float_as_uint(threshold - score(i)), bits, 1);
    if (rows.count[r] < kNotes) {
      const int note = rows.count[r];
      notes.bits[note][8 * r + g][t] = static_cast<std::uint16_t>(bits);
      if (t == 0) {
        notes.most[note][8 * r + g] = most;
        notes.first_center[note][8 * r + g] = first_center;
      }
    }
    ++rows.count[r];
  }
  __syncwarp();
}

}  // namespace cohort::cuda
