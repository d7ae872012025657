#include "host/cpu/affinity_ranks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cohort::cpu {

namespace {

constexpr std::int32_t kLowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kHighest = std::numeric_limits<std::int32_t>::max();

/// Blocks of a tile: its columns stay in the first-level cache while rows pass.
constexpr std::int64_t kTileBlocks = 32;

/// Calls visit(i, first, s, count, worker) with s[k] = s(i, first + k), pieces that together hold
/// every pair i != j once or, where s(i,j) = s(j,i) and `once` is asked for, every pair i < j.
template <class Visit>
void over_pairs(const SimilarityRows& similarities, ThreadPool& pool, bool once,
                const Visit& visit) {
  const std::int64_t n = similarities.rows();
  const std::int64_t all_blocks = similarities.padded() / kBlock;
  pool.run((n + kRowsPerTask - 1) / kRowsPerTask, [&](std::int64_t task, int worker) {
    std::array<float, kTileRows * kTileBlocks * kBlock> tile;
    const std::int64_t begin = task * kRowsPerTask;
    const std::int64_t end = std::min(n, begin + kRowsPerTask);
    for (std::int64_t block = once ? begin / kBlock : 0; block < all_blocks; block += kTileBlocks) {
      const std::int64_t blocks = std::min(kTileBlocks, all_blocks - block);
      const std::int64_t first = block * kBlock;
      const std::int64_t last = std::min(n, first + blocks * kBlock);
      for (std::int64_t top = begin; top < end; top += kTileRows) {
        similarities.tile(top, block, blocks, tile.data());
        for (std::int64_t i = top; i < std::min(end, top + kTileRows); ++i) {
          const float* const s = tile.data() + (i - top) * blocks * kBlock;
          const std::int64_t before = std::clamp(i, first, last);
          const std::int64_t behind = std::clamp(i + 1, first, last);
          if (!once && before > first) visit(i, first, s, before - first, worker);
          if (behind < last) visit(i, behind, s + (behind - first), last - behind, worker);
        }
      }
    }
  });
}

struct LeastAndLargest {
  template <int W>
  [[gnu::always_inline]] static void run(const float* s, std::int64_t count,
                                         SimilarityRange* seen) {
    using F = typename Lanes<W>::F;
    F low = F{} + seen->least;
    F high = F{} + seen->largest;
    std::int64_t k = 0;
    for (; k + W <= count; k += W) {
      const F value = *reinterpret_cast<const F*>(s + k);
      low = smaller(value, low);
      high = larger(value, high);
    }
    for (int lane = 0; lane < W; ++lane) {
      seen->least = std::min(seen->least, low[lane]);
      seen->largest = std::max(seen->largest, high[lane]);
    }
    for (; k < count; ++k) {
      seen->least = std::min(seen->least, s[k]);
      seen->largest = std::max(seen->largest, s[k]);
    }
  }
};

/// A count as one thread sees it.
struct Counting {
  SimilarityRanks::Bracket bracket;
  float least, largest;  ///< the bracket's
  const std::uint64_t* weights;
  std::uint64_t weight;  ///< of the row, and 2 where a pair stands for both of its orders
  PairWeight below = 0;
  std::vector<PairWeight> parts;
};

/// In lanes: the weight of what lies below the bracket. One by one: what lies in it, which is
/// little.
struct BracketCount {
  template <int W>
  [[gnu::always_inline]] static void run(const float* s, std::int64_t first, std::int64_t count,
                                         Counting* counting) {
    using F = typename Lanes<W>::F;
    using I = typename Lanes<W>::I;
    using L = typename Lanes<W>::L;
    const F least = F{} + counting->least;
    const F largest = F{} + counting->largest;
    const std::uint64_t* weights = counting->weights + first;
    const auto see = [&](std::int64_t k) {
      const auto part = static_cast<std::uint32_t>(order_of(s[k])) -
                        static_cast<std::uint32_t>(counting->bracket.least);
      counting->parts[part >> counting->bracket.shift] +=
          static_cast<PairWeight>(weights[k]) * counting->weight;
    };
    L below{};
    std::int64_t k = 0;
    for (; k + W <= count; k += W) {
      const F value = *reinterpret_cast<const F*>(s + k);
      const I is_below = value < least;
      const I is_inside = (value >= least) & (value <= largest);
      below += __builtin_convertvector(is_below, L) & *reinterpret_cast<const L*>(weights + k);
      if (Lanes<W>::any(is_inside))
        for (int lane = 0; lane < W; ++lane)
          if (is_inside[lane] != 0) see(k + lane);
    }
    auto total = static_cast<std::uint64_t>(Lanes<W>::total(below));
    for (; k < count; ++k) {
      if (s[k] < counting->least)
        total += weights[k];
      else if (s[k] <= counting->largest)
        see(k);
    }
    counting->below += static_cast<PairWeight>(total) * counting->weight;
  }
};

/// The least value that some pair of weight has above another.
struct LeastAbove {
  template <int W>
  [[gnu::always_inline]] static void run(const float* s, std::int64_t count, float value,
                                         const std::uint64_t* weights, float* least) {
    using F = typename Lanes<W>::F;
    using I = typename Lanes<W>::I;
    const auto see = [&](std::int64_t k) {
      if (s[k] > value && s[k] < *least && weights[k] > 0) *least = s[k];
    };
    std::int64_t k = 0;
    for (; k + W <= count; k += W) {
      const F here = *reinterpret_cast<const F*>(s + k);
      const I better = (here > F{} + value) & (here < F{} + *least);
      if (Lanes<W>::any(better))
        for (int lane = 0; lane < W; ++lane) see(k + lane);
    }
    for (; k < count; ++k) see(k);
  }
};

}  // namespace

/// Into few parts where there are few pairs, into so many where there are many that one count is
/// usually enough.
SimilarityRanks::Bracket SimilarityRanks::bracket_of(std::int32_t least,
                                                     std::int32_t largest) const {
  const int bits = std::clamp(std::ilogb(static_cast<double>(similarities_.rows())) + 3, 8, 18);
  const auto width = static_cast<std::uint32_t>(largest) - static_cast<std::uint32_t>(least);
  int shift = 0;
  while (width >> shift >= 1U << bits) ++shift;
  return {least, largest, shift};
}

SimilarityRange similarity_range(const SimilarityRows& similarities, Machine machine) {
  const std::vector<float>& weights = similarities.weights();
  const bool alike = std::all_of(weights.begin(), weights.end(),
                                 [&](float weight) { return weight == weights.front(); });
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  // Of each row: w_i is not negative, so what is least or largest stays so when it is weighted.
  std::vector<SimilarityRange> rows(weights.size(), {kInfinity, -kInfinity});
  over_pairs(similarities, machine.pool, alike && similarities.symmetric(),
             [&](std::int64_t i, std::int64_t /*first*/, const float* s, std::int64_t count,
                 int /*worker*/) {
               dispatch<LeastAndLargest>(machine.isa, s, count, &rows[static_cast<std::size_t>(i)]);
             });
  std::int32_t least = kHighest;
  std::int32_t largest = kLowest;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].least > rows[i].largest) continue;
    for (const float s : {rows[i].least, rows[i].largest}) {
      const std::int32_t order = order_of(weights[i] * s + 0.0F);
      least = std::min(least, order);
      largest = std::max(largest, order);
    }
  }
  return {value_at(least), value_at(largest)};
}

SimilarityRanks::Bracket SimilarityRanks::guess(const PairWeights& pairs, PairWeight rank) const {
  const std::int64_t n = similarities_.rows();
  // A bracket this wide misses about once in ten thousand times.
  constexpr double kStandardErrors = 4;
  constexpr std::int64_t kLargestSample = std::int64_t{1} << 18;
  constexpr std::int64_t kPairsForOne = 1024;
  constexpr std::int64_t kSmallestSample = 64;
  constexpr std::uint64_t kStream = 0x72616e6b73ULL;  // "ranks"
  const std::int64_t sample = std::min(kLargestSample, n * n / kPairsForOne);
  if (sample < kSmallestSample) return bracket_of(kLowest, kHighest);

  struct Pair {
    std::int32_t order;
    double weight;
  };
  std::vector<Pair> drawn;
  double total = 0;
  double squares = 0;
  for (std::int64_t k = 0; k < sample; ++k) {
    const RandomBits bits = philox(0, kStream, static_cast<std::uint64_t>(k));
    const std::uint64_t i = below(bits.low(), static_cast<std::uint64_t>(n));
    const std::uint64_t j = below(bits.high(), static_cast<std::uint64_t>(n));
    const double weight =
        static_cast<double>(pairs.of_row[i]) * static_cast<double>(pairs.of_row[j]);
    if (i == j || !(weight > 0)) continue;
    drawn.push_back({order_of(similarities_.similarity(static_cast<std::int64_t>(i),
                                                       static_cast<std::int64_t>(j), 1.0F)),
                     weight});
    total += weight;
    squares += weight * weight;
  }
  if (!(total > 0)) return bracket_of(kLowest, kHighest);
  std::sort(drawn.begin(), drawn.end(),
            [](const Pair& a, const Pair& b) { return a.order < b.order; });
  const double share = static_cast<double>(rank) / static_cast<double>(pairs.total - pairs.zeros);
  const double margin = kStandardErrors * 0.5 * std::sqrt(squares) / total;
  std::int32_t least = kLowest;
  std::int32_t largest = kHighest;
  double sum = 0;
  for (const Pair& pair : drawn) {
    if (sum < (share - margin) * total) least = pair.order;
    sum += pair.weight;
    if (sum > (share + margin) * total) {
      largest = pair.order;
      break;
    }
  }
  return bracket_of(least, largest);
}

void SimilarityRanks::count(const PairWeights& pairs, const Bracket& bracket) {
  const std::size_t parts =
      ((static_cast<std::uint32_t>(bracket.largest) - static_cast<std::uint32_t>(bracket.least)) >>
       bracket.shift) +
      std::size_t{1};
  const bool once = similarities_.symmetric();
  Counting empty{
      bracket, value_at(bracket.least), value_at(bracket.largest), pairs.of_row.data(), 0, 0, {}};
  // NaN comes before and behind all values.
  if (bracket.least == kLowest) empty.least = -std::numeric_limits<float>::infinity();
  if (bracket.largest == kHighest) empty.largest = std::numeric_limits<float>::infinity();
  std::vector<Counting> threads(static_cast<std::size_t>(machine_.pool.threads()), empty);
  for (Counting& counting : threads) counting.parts.resize(parts);
  over_pairs(
      similarities_, machine_.pool, once,
      [&](std::int64_t i, std::int64_t first, const float* s, std::int64_t count, int worker) {
        Counting& own = threads[static_cast<std::size_t>(worker)];
        own.weight = pairs.of_row[static_cast<std::size_t>(i)] * (once ? 2 : 1);
        dispatch_doubles<BracketCount>(machine_.isa, s, first, count, &own);
      });
  counted_ = bracket;
  below_ = 0;
  parts_.assign(parts, 0);
  for (const Counting& counting : threads) {
    below_ += counting.below;
    for (std::size_t part = 0; part < parts; ++part) parts_[part] += counting.parts[part];
  }
  const std::int32_t zero = order_of(0.0F);
  if (zero < bracket.least) below_ += pairs.zeros;
  if (zero >= bracket.least && zero <= bracket.largest)
    parts_[(static_cast<std::uint32_t>(zero) - static_cast<std::uint32_t>(bracket.least)) >>
           bracket.shift] += pairs.zeros;
}

RankedSimilarity SimilarityRanks::at(const PairWeights& pairs, PairWeight rank) {
  for (Bracket bracket = guess(pairs, rank);;) {
    count(pairs, bracket);
    if (below_ >= rank) {
      bracket = bracket_of(kLowest, bracket.least - 1);
      continue;
    }
    PairWeight up_to = below_;
    std::size_t part = 0;
    while (part < parts_.size() && up_to + parts_[part] < rank) up_to += parts_[part++];
    if (part == parts_.size()) {
      bracket = bracket_of(bracket.largest + 1, kHighest);
      continue;
    }
    const auto least =
        static_cast<std::int32_t>(static_cast<std::uint32_t>(bracket.least) +
                                  (static_cast<std::uint32_t>(part) << bracket.shift));
    if (bracket.shift == 0) return {value_at(least), up_to + parts_[part]};
    const std::int64_t last = std::int64_t{least} + (std::int64_t{1} << bracket.shift) - 1;
    bracket =
        bracket_of(least, static_cast<std::int32_t>(std::min<std::int64_t>(last, bracket.largest)));
  }
}

float SimilarityRanks::next_above(const PairWeights& pairs, float value) {
  const std::int32_t order = order_of(value);
  if (counted_.shift == 0 && order >= counted_.least && order < counted_.largest)
    for (std::int32_t next = order + 1; next <= counted_.largest; ++next)
      if (parts_[static_cast<std::size_t>(next - counted_.least)] > 0) return value_at(next);

  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<float> least(static_cast<std::size_t>(machine_.pool.threads()), kInfinity);
  if (value < 0 && pairs.zeros > 0) least.front() = 0;
  over_pairs(
      similarities_, machine_.pool, similarities_.symmetric(),
      [&](std::int64_t i, std::int64_t first, const float* s, std::int64_t count, int worker) {
        if (pairs.of_row[static_cast<std::size_t>(i)] == 0) return;
        dispatch_doubles<LeastAbove>(machine_.isa, s, count, value, pairs.of_row.data() + first,
                                     &least[static_cast<std::size_t>(worker)]);
      });
  return *std::min_element(least.begin(), least.end());
}

}  // namespace cohort::cpu
