#include <algorithm>
#include <array>
#include <limits>

#include "host/cpu/affinity_similarities.hpp"

namespace cohort::cpu {

namespace {

/// Finds values by rank among all pairs, digit by digit, most significant first: nothing is stored
/// but counts.
class RankSelection {
 public:
  RankSelection(const SimilarityRows& similarities, const PairWeights& pairs, ThreadPool& pool)
      : similarities_(similarities), pairs_(pairs), pool_(pool) {}

  [[nodiscard]] RankedSimilarity at(PairWeight rank) {
    std::uint32_t prefix = 0;
    PairWeight below = 0;
    PairWeight inside = 0;
    for (int shift = 32 - kBits; shift >= 0; shift -= kBits) {
      const Histogram counts = histogram(prefix, shift);
      std::uint32_t digit = 0;
      while (below + counts[digit] < rank) below += counts[digit++];
      inside = counts[digit];
      prefix |= digit << shift;
    }
    return {value_at(order_at(prefix)), below + inside};
  }

 private:
  static constexpr int kBits = 8;
  using Histogram = std::array<PairWeight, 1U << kBits>;

  /// Weights by the digit at `shift`, of the values that have `prefix` above that digit.
  [[nodiscard]] Histogram histogram(std::uint32_t prefix, int shift) {
    const std::int64_t n = similarities_.rows();
    struct Scratch {
      Histogram counts{};
      std::vector<float> row;
    };
    std::vector<Scratch> scratch(static_cast<std::size_t>(pool_.threads()));
    const int above = shift + kBits;
    const auto matches = [&](std::uint32_t digits) {
      return above == 32 || (digits ^ prefix) >> above == 0;
    };
    for_each_row(n, pool_, [&](std::int64_t i, int worker) {
      auto& [counts, row] = scratch[static_cast<std::size_t>(worker)];
      row.resize(static_cast<std::size_t>(similarities_.padded()));
      similarities_.row(i, 1.0F, row.data());
      std::array<std::uint64_t, 1U << kBits> own{};
      for (std::int64_t j = 0; j < n; ++j) {
        const std::uint32_t digits = digits_of(order_of(row[static_cast<std::size_t>(j)]));
        if (j != i && matches(digits))
          own[(digits >> shift) & (own.size() - 1)] += pairs_.of_row[static_cast<std::size_t>(j)];
      }
      const PairWeight weight = pairs_.of_row[static_cast<std::size_t>(i)];
      for (std::size_t digit = 0; digit < own.size(); ++digit) counts[digit] += own[digit] * weight;
    });
    Histogram result{};
    for (const Scratch& part : scratch)
      for (std::size_t digit = 0; digit < result.size(); ++digit)
        result[digit] += part.counts[digit];
    const std::uint32_t zero = digits_of(order_of(0.0F));
    if (matches(zero)) result[(zero >> shift) & (result.size() - 1)] += pairs_.zeros;
    return result;
  }

  const SimilarityRows& similarities_;
  const PairWeights& pairs_;
  ThreadPool& pool_;
};

/// The least and the largest order_of() that any thread has found.
struct OrderRange {
  std::int32_t least = std::numeric_limits<std::int32_t>::max();
  std::int32_t largest = std::numeric_limits<std::int32_t>::min();

  void see(std::int32_t order) {
    least = std::min(least, order);
    largest = std::max(largest, order);
  }
};
struct RangeScratch {
  OrderRange orders;
  std::vector<float> row;
};
OrderRange range_of(const std::vector<RangeScratch>& scratch) {
  OrderRange all;
  for (const RangeScratch& part : scratch) {
    all.least = std::min(all.least, part.orders.least);
    all.largest = std::max(all.largest, part.orders.largest);
  }
  return all;
}

}  // namespace

RankedSimilarity similarity_at_rank(const SimilarityRows& similarities, const PairWeights& pairs,
                                    PairWeight rank, ThreadPool& pool) {
  return RankSelection(similarities, pairs, pool).at(rank);
}

float next_similarity_above(const SimilarityRows& similarities, const PairWeights& pairs,
                            float value, ThreadPool& pool) {
  const std::int32_t order = order_of(value);
  std::vector<RangeScratch> scratch(static_cast<std::size_t>(pool.threads()));
  if (pairs.zeros > 0 && order_of(0.0F) > order) scratch.front().orders.see(order_of(0.0F));
  const std::int64_t n = similarities.rows();
  for_each_row(n, pool, [&](std::int64_t i, int worker) {
    if (pairs.of_row[static_cast<std::size_t>(i)] == 0) return;
    RangeScratch& own = scratch[static_cast<std::size_t>(worker)];
    own.row.resize(static_cast<std::size_t>(similarities.padded()));
    similarities.row(i, 1.0F, own.row.data());
    for (std::int64_t j = 0; j < n; ++j) {
      const std::int32_t other = order_of(own.row[static_cast<std::size_t>(j)]);
      if (other > order && j != i && pairs.of_row[static_cast<std::size_t>(j)] > 0)
        own.orders.see(other);
    }
  });
  return value_at(range_of(scratch).least);
}

SimilarityRange similarity_range(const SimilarityRows& similarities, ThreadPool& pool) {
  std::vector<RangeScratch> scratch(static_cast<std::size_t>(pool.threads()));
  const std::int64_t n = similarities.rows();
  for_each_row(n, pool, [&](std::int64_t i, int worker) {
    RangeScratch& own = scratch[static_cast<std::size_t>(worker)];
    own.row.resize(static_cast<std::size_t>(similarities.padded()));
    similarities.row(i, similarities.weight(i), own.row.data());
    own.row[static_cast<std::size_t>(i)] = own.row[i == 0 ? 1 : 0];
    OrderRange orders = own.orders;
    for (std::int64_t j = 0; j < n; ++j) orders.see(order_of(own.row[static_cast<std::size_t>(j)]));
    own.orders = orders;
  });
  const OrderRange orders = range_of(scratch);
  return {value_at(orders.least), value_at(orders.largest)};
}

}  // namespace cohort::cpu
