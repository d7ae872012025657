#pragma once
/// All pairs of respondents, 32 columns in a few instructions: answers are packed bit by bit. For
/// 32 columns a row has a word that says which of them it answered, and as many words as their
/// largest code has bits, the p-th holding bit p of each code. What two rows differ in is then the
/// OR of the words' XORs, and what they are alike in is counted by a population count.
///
/// words: tiles x W x 32 rows. A warp takes two tiles of rows, two rows a lane, and lets the later
/// rows pass four at a time, so that a lane's own words are lines, the others' 16 bytes that all
/// lanes read alike, and a word of 64 x 4 pairs is 3 loads beside 8 instructions. A lane finds its
/// rows' matches in order of the other row; the rows that pass are cut in parts, so that the long
/// and the short ends of the triangle fill the device together. Matches are few, and counted first:
/// a scan over rows and parts says where each is to be written, and a second run writes them, in
/// order.
///
/// A pair and 32 columns of codes below 2^b: b + 3 logical instructions (at half rate) and 2 counts
/// (at an eighth), which run beside each other: for b = 3, 12 and 16 of the 128 slots that a
/// multiprocessor has a clock. A pair besides: about 8. n = 100,000, m = 40: 5e9 pairs x 40 slots
/// at 3.0e13 a second are 7 ms a run, 14 in all; m = 200: 5e9 x 120, 20 ms a run. (32-bit codes one
/// by one would be 2 instructions and 1.5 loads a column: 2 and more.) Memory: n W words, in the
/// second-level cache.

#include <cstdint>

#include "cohort/percent_match_arithmetic.hpp"

#include "cuda/data_set.hpp"

namespace cohort::cuda {

inline constexpr unsigned kMatchThreads = 128;
inline constexpr int kMatchTiles = 2;  ///< a warp's, a row of each for a lane
inline constexpr int kPassing = 4;     ///< rows that pass at a time; they lie in one tile
inline constexpr std::int64_t kWordColumns = 32;

/// n x m codes, row-major, negative = missing.
struct Answers {
  const std::int32_t* codes;
  std::int64_t rows, columns;

  [[nodiscard]] __host__ __device__ std::int64_t groups() const {
    return (columns + kWordColumns - 1) / kWordColumns;
  }
  /// A row or column that does not exist answered nothing.
  [[nodiscard]] __device__ std::int32_t at(std::int64_t i, std::int64_t j) const {
    return i < rows && j < columns ? codes[i * columns + j] : -1;
  }
};

/// used: for each 32 columns, the OR of their codes, 0 at first. A warp takes one group of columns,
/// a lane one of them, and every so many rows.
__global__ void __launch_bounds__(kMatchThreads, 4)
    find_used_bits(Answers answers, unsigned* used) {
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (kMatchThreads / 32);
  const std::int64_t warp =
      static_cast<std::int64_t>(blockIdx.x) * (kMatchThreads / 32) + threadIdx.x / 32;
  const std::int64_t step = warps / answers.groups();
  if (warp >= step * answers.groups()) return;
  const std::int64_t group = warp % answers.groups();
  unsigned bits = 0;
  for (std::int64_t i = warp / answers.groups(); i < answers.rows; i += step) {
    const std::int32_t code = answers.at(i, group * kWordColumns + threadIdx.x % 32);
    if (code > 0) bits |= static_cast<unsigned>(code);
  }
  if (bits != 0) atomicOr(used + group, bits);
}

/// Answers bit by bit.
struct PackedAnswers {
  const unsigned* words;      ///< tiles x W x 32
  const std::int32_t* begin;  ///< groups + 1: where each group's words begin; the last is W
  std::int64_t rows, groups, row_words;

  [[nodiscard]] __host__ __device__ std::int64_t tiles() const {
    return (rows + kTileRows - 1) / kTileRows;
  }
  /// Word 0 of a row; the next is kTileRows further on.
  [[nodiscard]] __device__ const unsigned* row(std::int64_t i) const {
    return words + i / kTileRows * row_words * kTileRows + i % kTileRows;
  }
};

/// words: of `packed`, to be filled. A warp takes one word of a tile: a row's 32 codes lie side by
/// side, a bit of each makes the row's word, and the lane that is the row keeps it.
__global__ void __launch_bounds__(kMatchThreads, 4)
    pack_answers(Answers answers, PackedAnswers packed, unsigned* words) {
  const unsigned lane = threadIdx.x % 32;
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (kMatchThreads / 32);
  for (std::int64_t task =
           static_cast<std::int64_t>(blockIdx.x) * (kMatchThreads / 32) + threadIdx.x / 32;
       task < packed.tiles() * packed.groups; task += warps) {
    const std::int64_t tile = task / packed.groups;
    const std::int64_t group = task % packed.groups;
    for (std::int32_t w = packed.begin[group]; w < packed.begin[group + 1]; ++w) {
      const std::int32_t bit = w - packed.begin[group] - 1;  // -1: whether it was answered
      unsigned own = 0;
      for (unsigned r = 0; r < 32; ++r) {
        const std::int32_t code = answers.at(tile * kTileRows + r, group * kWordColumns + lane);
        const unsigned word = __ballot_sync(~0U, bit < 0 ? code >= 0 : code >> bit & 1);
        if (r == lane) own = word;
      }
      words[(tile * packed.row_words + w) * kTileRows + lane] = own;
    }
  }
}

/// What a lane's rows have in common with those that pass.
struct InCommon {
  std::int32_t both[kMatchTiles][kPassing];   ///< columns that both answered
  std::int32_t alike[kMatchTiles][kPassing];  ///< and alike
};

__device__ inline void compare(const unsigned* const (&own)[kMatchTiles], const unsigned* passing,
                               const PackedAnswers& answers, InCommon& common) {
  for (std::int64_t group = 0; group < answers.groups; ++group) {
    unsigned both[kMatchTiles][kPassing];
    unsigned differ[kMatchTiles][kPassing] = {};
    for (std::int32_t w = answers.begin[group]; w < answers.begin[group + 1]; ++w) {
      const uint4 four = *reinterpret_cast<const uint4*>(passing + w * kTileRows);
      const unsigned other[kPassing] = {four.x, four.y, four.z, four.w};
#pragma unroll
      for (int o = 0; o < kMatchTiles; ++o) {
        const unsigned word = own[o][w * kTileRows];
#pragma unroll
        for (int q = 0; q < kPassing; ++q) {
          if (w == answers.begin[group])
            both[o][q] = word & other[q];
          else
            differ[o][q] |= word ^ other[q];
        }
      }
    }
#pragma unroll
    for (int o = 0; o < kMatchTiles; ++o) {
#pragma unroll
      for (int q = 0; q < kPassing; ++q) {
        common.both[o][q] += __popc(both[o][q]);
        common.alike[o][q] += __popc(both[o][q] & ~differ[o][q]);
      }
    }
  }
}

/// places: for each row and part, how many matches it has there with later rows, or (kWrite) where
/// they are to be written. blockIdx.y: the part, of `part_rows` rows that pass.
template <bool kWrite>
__global__ void __launch_bounds__(kMatchThreads, 4)
    match_rows(PackedAnswers answers, MatchRule rule, std::int64_t part_rows, std::int64_t* places,
               MatchingPair* pairs) {
  const std::int64_t warp =
      static_cast<std::int64_t>(blockIdx.x) * (kMatchThreads / 32) + threadIdx.x / 32;
  const std::int64_t first_own = warp * kMatchTiles * kTileRows;
  if (first_own >= answers.rows) return;
  const unsigned* own[kMatchTiles];
  std::int64_t index[kMatchTiles];
  std::int64_t place[kMatchTiles];
#pragma unroll
  for (int o = 0; o < kMatchTiles; ++o) {
    index[o] = first_own + o * kTileRows + threadIdx.x % 32;
    own[o] = answers.row(index[o] < answers.rows ? index[o] : 0);  // goes along, and is not asked
    place[o] = kWrite && index[o] < answers.rows ? places[index[o] * gridDim.y + blockIdx.y] : 0;
  }

  const std::int64_t begin = blockIdx.y * part_rows;
  const std::int64_t end = begin + part_rows < answers.rows ? begin + part_rows : answers.rows;
  for (std::int64_t first = begin < first_own ? first_own : begin; first < end; first += kPassing) {
    InCommon common = {};
    compare(own, answers.row(first), answers, common);
    bool any = false;
#pragma unroll
    for (int o = 0; o < kMatchTiles; ++o) {
#pragma unroll
      for (int q = 0; q < kPassing; ++q)
        any |= rule.may_match(common.alike[o][q], common.both[o][q]);
    }
    if (!any) continue;
#pragma unroll
    for (int o = 0; o < kMatchTiles; ++o) {
#pragma unroll
      for (int q = 0; q < kPassing; ++q) {
        const std::int64_t j = first + q;
        if (j <= index[o] || j >= answers.rows ||
            !rule.matches(common.alike[o][q], common.both[o][q]))
          continue;
        if (kWrite)
          pairs[place[o]] = {index[o], j, MatchRule::share(common.alike[o][q], common.both[o][q])};
        ++place[o];
      }
    }
  }
#pragma unroll
  for (int o = 0; o < kMatchTiles; ++o)
    if (!kWrite && index[o] < answers.rows) places[index[o] * gridDim.y + blockIdx.y] = place[o];
}

}  // namespace cohort::cuda
