#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "cohort/arithmetic.hpp"

#include "host/cpu/affinity_similarities.hpp"

namespace cohort::cpu {

namespace {

__extension__ using Weight = unsigned __int128;

constexpr std::int32_t kMagnitude = std::numeric_limits<std::int32_t>::max();

/// Integers in the order of the floats; its own inverse on bit patterns.
std::int32_t reordered(std::int32_t bits) {
  return bits < 0 ? bits ^ kMagnitude : bits;
}
std::int32_t key_of(float value) {
  return reordered(std::bit_cast<std::int32_t>(value));
}
float value_of(std::int32_t key) {
  return std::bit_cast<float>(reordered(key));
}
std::uint32_t digits_of(float value) {
  return static_cast<std::uint32_t>(key_of(value)) ^ 0x80000000U;
}

/// Weights as integers whose sum has about 40 bits: whole numbers up to that stay what they are.
std::vector<std::uint64_t> integer_weights(const std::vector<float>& weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0,
                                       [](double largest, float w) {
                                         return std::max(largest, static_cast<double>(w));
                                       }) *
                       static_cast<double>(weights.size());
  const double steps = std::ldexp(1.0, 40 - std::ilogb(total));
  std::vector<std::uint64_t> result;
  result.reserve(weights.size());
  for (const float w : weights)
    result.push_back(static_cast<std::uint64_t>(std::nearbyint(static_cast<double>(w) * steps)));
  return result;
}

/// Finds values by rank among all pairs, digit by digit, most significant first: nothing is stored
/// but counts.
class RankSelection {
 public:
  RankSelection(const SimilarityRows& similarities, ThreadPool& pool)
      : similarities_(similarities),
        pool_(pool),
        weights_(integer_weights(similarities.weights())) {
    for (const std::uint64_t w : weights_) {
      sum_ += w;
      zeros_ += static_cast<Weight>(w) * w;
    }
  }

  [[nodiscard]] Weight total() const { return sum_ * sum_; }

  struct Found {
    float value;
    Weight up_to;  ///< the weight of all values not above it
  };

  /// The least value for which the weight of all values not above it reaches `rank`.
  [[nodiscard]] Found at(Weight rank) {
    std::uint32_t prefix = 0;
    Weight below = 0;
    Weight inside = 0;
    for (int shift = 32 - kBits; shift >= 0; shift -= kBits) {
      const Histogram counts = histogram(prefix, shift);
      std::uint32_t digit = 0;
      while (below + counts[digit] < rank) below += counts[digit++];
      inside = counts[digit];
      prefix |= digit << shift;
    }
    return {value_of(static_cast<std::int32_t>(prefix ^ 0x80000000U)), below + inside};
  }

 private:
  static constexpr int kBits = 8;
  using Histogram = std::array<Weight, 1U << kBits>;

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
        const std::uint32_t digits = digits_of(row[static_cast<std::size_t>(j)]);
        if (j != i && matches(digits))
          own[(digits >> shift) & (own.size() - 1)] += weights_[static_cast<std::size_t>(j)];
      }
      const Weight weight = weights_[static_cast<std::size_t>(i)];
      for (std::size_t digit = 0; digit < own.size(); ++digit) counts[digit] += own[digit] * weight;
    });
    Histogram result{};
    for (const Scratch& part : scratch)
      for (std::size_t digit = 0; digit < result.size(); ++digit)
        result[digit] += part.counts[digit];
    if (matches(digits_of(0.0F)))
      result[(digits_of(0.0F) >> shift) & (result.size() - 1)] += zeros_;
    return result;
  }

  const SimilarityRows& similarities_;
  ThreadPool& pool_;
  std::vector<std::uint64_t> weights_;
  Weight sum_ = 0;
  Weight zeros_ = 0;
};

}  // namespace

double median_similarity(const SimilarityRows& similarities, ThreadPool& pool) {
  RankSelection selection(similarities, pool);
  const Weight total = selection.total();
  const auto lower = selection.at((total + 1) / 2);
  if (lower.up_to * 2 != total) return lower.value;
  const auto upper = selection.at(total / 2 + 1);
  return (static_cast<double>(lower.value) + static_cast<double>(upper.value)) / 2;
}

SimilarityRange similarity_range(const SimilarityRows& similarities, ThreadPool& pool) {
  struct Scratch {
    std::int32_t least = std::numeric_limits<std::int32_t>::max();
    std::int32_t largest = std::numeric_limits<std::int32_t>::min();
    std::vector<float> row;
  };
  std::vector<Scratch> scratch(static_cast<std::size_t>(pool.threads()));
  const std::int64_t n = similarities.rows();
  for_each_row(n, pool, [&](std::int64_t i, int worker) {
    Scratch& own = scratch[static_cast<std::size_t>(worker)];
    own.row.resize(static_cast<std::size_t>(similarities.padded()));
    similarities.row(i, similarities.weight(i), own.row.data());
    own.row[static_cast<std::size_t>(i)] = own.row[i == 0 ? 1 : 0];
    for (std::int64_t j = 0; j < n; ++j) {
      const std::int32_t key = key_of(own.row[static_cast<std::size_t>(j)]);
      own.least = std::min(own.least, key);
      own.largest = std::max(own.largest, key);
    }
  });
  Scratch all;
  for (const Scratch& part : scratch) {
    all.least = std::min(all.least, part.least);
    all.largest = std::max(all.largest, part.largest);
  }
  return {value_of(all.least), value_of(all.largest)};
}

}  // namespace cohort::cpu
