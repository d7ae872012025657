#pragma once
/// From notes to labels: a lane decides the row whose number it has in the tile. One candidate is
/// the label. Of several the defined distances are computed, a lane a pair of row and candidate:
/// pairs of all rows of the tile together, mostly fewer than 32 (on blobs and on noise 2 to 20 % of
/// the rows are doubtful, with 2.1 candidates each). Rows without a proof go to the direct kernel.

#include "cuda/wide_left.hpp"
#include "cuda/wide_scores.cuh"

namespace cohort::cuda {

/// Candidates a row may have, and pairs a tile.
inline constexpr int kCandidates = 32;
inline constexpr int kPairs = 128;
/// A threshold so low that centres that do not exist are above it lets their whole chunk through:
/// the row is not decided.
static_assert(kCandidates < kChunkCenters);

struct WidePairs {
  std::uint32_t pair[kPairs];  ///< row of the tile x 2^27 + centre
  float distance[kPairs];
};
inline constexpr std::int64_t kMostCenters = 1 << 27;

/// Calls f(centre) for each candidate in the notes of a row.
template <class F>
__device__ void for_each_candidate(const WideNotes& notes, int row, float threshold, F f) {
  for (int note = 0; note < notes.count[row]; ++note) {
    if (!(notes.most[note][row] > threshold)) continue;
    for (int t = 0; t < 4; ++t)
      for (unsigned bits = notes.bits[note][row][t]; bits != 0;) {
        const int bit = 31 - __clz(static_cast<int>(bits));
        bits ^= 1U << bit;
        f(notes.first_center[note][row] + center_of_bit(t, bit));
      }
  }
}

/// The defined distance between row `row` of a tile and centre `center`.
__device__ inline float defined_distance(const Tiles& data, std::int64_t tile, int row,
                                         const WideCenters& centers, std::uint32_t center) {
  const float* x = data.column(tile, 0) + row;
  const float* value = centers.rows + static_cast<std::int64_t>(center) * centers.padded_features();
  const int features = static_cast<int>(data.features);
  float total = 0;
  int j = 0;
#pragma unroll 4
  for (; j + 4 <= features; j += 4) {
    const float4 four = *reinterpret_cast<const float4*>(value + j);
    total = add_squared_difference(x[0], four.x, total);
    total = add_squared_difference(x[kTileRows], four.y, total);
    total = add_squared_difference(x[2 * kTileRows], four.z, total);
    total = add_squared_difference(x[3 * kTileRows], four.w, total);
    x += 4 * kTileRows;
  }
#pragma unroll 1
  for (; j < features; ++j, x += kTileRows) total = add_squared_difference(*x, value[j], total);
  return total;
}

/// Sum of `value` over the lower lanes.
__device__ inline int sum_below(int value) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  int sum = value;
  for (int distance = 1; distance < 32; distance *= 2) {
    const int other = __shfl_up_sync(~0U, sum, distance);
    if (lane >= distance) sum += other;
  }
  return sum - value;
}

/// Called by a whole warp. \param square  |x'|^2 of the lane's row \param slack  of the lane's row
/// \param distances  or null
template <class Label>
__device__ void decide(const Tiles& data, std::int64_t tile, const WideCenters& centers,
                       const WideBound& bound, float square, float slack, const WideNotes& notes,
                       WidePairs& pairs, const LeftRows& left, Label* labels, float* distances) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  const std::int64_t row = tile * kTileRows + lane;
  const bool exists = row < data.rows;
  const float best = notes.best[lane];
  const float threshold = fmaf(best, bound.gain, -slack);
  const bool sound = notes.count[lane] <= kNotes && square < bound.most_square &&
                     square - 2 * best + slack < bound.most_distance;
  int candidates = 0;
  int label = 0;
  if (exists && sound)
    for_each_candidate(notes, lane, threshold, [&](int center) {
      ++candidates;
      label = center;
    });
  bool decided = candidates >= 1 && candidates <= kCandidates;

  const int wanted = decided && (candidates > 1 || distances != nullptr) ? candidates : 0;
  const int first = sum_below(wanted);
  decided = decided && first + wanted <= kPairs;
  int end =
      decided ? first + wanted : 0;  // pairs in the list: rows behind one that is too long are
  for (int distance = 16; distance > 0; distance /= 2)  // too, so the list has no holes
    end = max(end, __shfl_xor_sync(~0U, end, distance));
  if (decided && wanted > 0) {
    int place = first;
    for_each_candidate(notes, lane, threshold, [&](int center) {
      pairs.pair[place++] =
          static_cast<std::uint32_t>(lane) << 27 | static_cast<std::uint32_t>(center);
    });
  }
  __syncwarp();
  for (int place = lane; place < end; place += 32)
    pairs.distance[place] = defined_distance(data, tile, static_cast<int>(pairs.pair[place] >> 27),
                                             centers, pairs.pair[place] & ((1U << 27) - 1));
  __syncwarp();

  if (decided) {
    float nearest = INFINITY;
#pragma unroll 1
    for (int place = first; place < first + wanted; ++place) {
      const auto center = static_cast<int>(pairs.pair[place] & ((1U << 27) - 1));
      const float distance = pairs.distance[place];
      if (distance < nearest || (distance == nearest && center < label)) {
        nearest = distance;
        label = center;
      }
    }
    labels[row] = static_cast<Label>(label);
    if (distances != nullptr) distances[row] = nearest;
  }
  left.add(exists && !decided, row);
}

}  // namespace cohort::cuda
