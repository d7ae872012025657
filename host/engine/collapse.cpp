#include "cohort/collapse.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include "cohort/distinct_arithmetic.hpp"

namespace cohort {

namespace {

constexpr std::int64_t kSampledRows = 65536;

std::uint64_t hash_of(std::span<const float> row) {
  std::uint64_t hash = kNoHash;
  for (const float value : row) hash = hash_with(hash, value);
  return hash;
}

}  // namespace

// Two rows drawn at random are equal with probability 1/m where m distinct rows are equally
// frequent: pairs of a sample that are equal, by all its pairs, estimate it. Rows of equal hashes
// count as equal, which overestimates by one pair in 2^33 of them.
DistinctEstimate estimate_distinct(MatrixView<const float> x) {
  const std::int64_t n = x.rows();
  const std::int64_t sampled = std::min(n, kSampledRows);
  std::vector<std::uint64_t> hashes;
  for (std::int64_t i = 0; i < sampled; ++i) hashes.push_back(hash_of(x.row(i * n / sampled)));
  std::ranges::sort(hashes);

  DistinctEstimate result;
  double equal_pairs = 0;
  for (auto first = hashes.begin(); first != hashes.end();) {
    const auto last = std::upper_bound(first, hashes.end(), *first);
    const auto copies = static_cast<double>(last - first);
    equal_pairs += copies * (copies - 1) / 2;
    ++result.seen;
    first = last;
  }
  const auto s = static_cast<double>(sampled);
  if (sampled == n) {
    result.estimate = static_cast<double>(result.seen);
  } else if (equal_pairs > 0) {
    result.estimate = std::min(static_cast<double>(n), s * (s - 1) / 2 / equal_pairs);
  } else {
    result.estimate = static_cast<double>(n);
  }
  return result;
}

bool worth_collapsing(const DistinctEstimate& estimate, std::int64_t n) {
  return n >= kFewestToCollapse && estimate.estimate <= static_cast<double>(n) / 2;
}

std::string_view obstacle_to_collapsing(const DistinctRows& rows) {
  constexpr std::int64_t kMostCopies = std::int64_t{1} << 24;
  const auto too_many = [](std::int64_t count) { return count > kMostCopies; };
  return std::ranges::any_of(rows.counts, too_many)
             ? "a row comes more than 16,777,216 times, which float32 cannot count"
             : "";
}

}  // namespace cohort
