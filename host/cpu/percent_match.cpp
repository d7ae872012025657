#include <algorithm>
#include <atomic>

#include "cohort/percent_match_arithmetic.hpp"

#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

/// Rows whose pairs with all later rows are one task.
constexpr std::int64_t kBandRows = 64;

/// How many columns 16 rows answered that another row answered too, and how many alike.
struct Counts {
  std::int64_t block;
  std::int32_t both[kBlock];
  std::int32_t alike[kBlock];
};

/// Compares one row with the blocks from `first` on and keeps the counts of those blocks where some
/// row may match.
struct FindCandidates {
  template <int W>
  [[gnu::always_inline]] static void run(const std::int32_t* row, const std::int32_t* codes,
                                         std::int64_t first, std::int64_t last, MatchRule rule,
                                         Counts* candidates, std::int64_t* count) {
    using I = typename LaneTypes<W>::I;
    const std::int64_t columns = rule.columns;
    constexpr std::int64_t kParts = kBlock / W;
    *count = 0;
    for (std::int64_t b = first; b < last; ++b) {
      const std::int32_t* block = codes + b * columns * kBlock;
      I both[kParts] = {};
      I alike[kParts] = {};
      for (std::int64_t j = 0; j < columns; ++j) {
        const std::int32_t code = row[j];
        if (code < 0) continue;
        for (std::int64_t p = 0; p < kParts; ++p) {
          const I others = *reinterpret_cast<const I*>(block + j * kBlock + p * W);
          both[p] -= others >= 0;
          alike[p] -= others == code;
        }
      }
      Counts& found = candidates[*count];
      found.block = b;
      for (std::int64_t p = 0; p < kParts; ++p) {
        *reinterpret_cast<I*>(found.both + p * W) = both[p];
        *reinterpret_cast<I*>(found.alike + p * W) = alike[p];
      }
      std::int32_t any = 0;
      for (std::int64_t l = 0; l < kBlock; ++l)
        any |= static_cast<std::int32_t>(rule.may_match(found.alike[l], found.both[l]));
      *count += any;
    }
  }
};

/// The answers with 16 rows side by side; rows that do not exist answered nothing.
std::vector<std::int32_t> in_blocks(MatrixView<const std::int32_t> answers) {
  const std::int64_t blocks = (answers.rows() + kBlock - 1) / kBlock;
  std::vector<std::int32_t> codes(static_cast<std::size_t>(blocks * answers.cols() * kBlock), -1);
  for (std::int64_t i = 0; i < answers.rows(); ++i) {
    for (std::int64_t j = 0; j < answers.cols(); ++j)
      codes[static_cast<std::size_t>((i / kBlock * answers.cols() + j) * kBlock + i % kBlock)] =
          answers(i, j);
  }
  return codes;
}

void keep_matches(const Counts& counts, std::int64_t i, std::int64_t n, const MatchRule& rule,
                  std::vector<MatchingPair>& pairs) {
  for (std::int64_t l = 0; l < kBlock; ++l) {
    const std::int64_t j = counts.block * kBlock + l;
    if (j > i && j < n && rule.matches(counts.alike[l], counts.both[l]))
      pairs.push_back({i, j, MatchRule::share(counts.alike[l], counts.both[l])});
  }
}

/// Refuses when the pairs found, copied once into one list, would not fit.
class PairBudget {
 public:
  void take(std::size_t pairs, double threshold) {
    const auto more = static_cast<std::int64_t>(pairs);
    if (taken_.fetch_add(more) + more > most_) refuse_matching_pairs(most_, threshold);
  }

 private:
  std::int64_t most_ = most_matching_pairs();
  std::atomic<std::int64_t> taken_{0};
};

}  // namespace

std::vector<MatchingPair> percent_match(MatrixView<const std::int32_t> answers, double threshold,
                                        Machine machine) {
  const std::int64_t n = answers.rows();
  const std::int64_t m = answers.cols();
  require_memory(4.0 * static_cast<double>(n) * static_cast<double>(m), "comparing respondents",
                 "take fewer rows");
  const std::vector<std::int32_t> codes = in_blocks(answers);
  const std::int64_t blocks = (n + kBlock - 1) / kBlock;
  const std::int64_t bands = (n + kBandRows - 1) / kBandRows;
  std::vector<std::vector<MatchingPair>> found(static_cast<std::size_t>(bands));
  // One more than can be found: a block's counts are written before they are judged.
  std::vector<std::vector<Counts>> scratch(
      static_cast<std::size_t>(machine.pool.threads()),
      std::vector<Counts>(static_cast<std::size_t>(blocks) + 1));
  const MatchRule rule(threshold, m);
  PairBudget budget;
  machine.pool.run(bands, [&](std::int64_t band, int worker) {
    std::vector<MatchingPair>& pairs = found[static_cast<std::size_t>(band)];
    std::vector<Counts>& candidates = scratch[static_cast<std::size_t>(worker)];
    for (std::int64_t i = band * kBandRows; i < std::min((band + 1) * kBandRows, n); ++i) {
      std::int64_t count = 0;
      dispatch<FindCandidates>(machine.isa, answers.row(i).data(), codes.data(), i / kBlock, blocks,
                               rule, candidates.data(), &count);
      for (std::int64_t c = 0; c < count; ++c)
        keep_matches(candidates[static_cast<std::size_t>(c)], i, n, rule, pairs);
    }
    budget.take(pairs.size(), threshold);
  });

  std::vector<MatchingPair> result;
  for (const std::vector<MatchingPair>& pairs : found)
    result.insert(result.end(), pairs.begin(), pairs.end());
  return result;
}

}  // namespace cohort::cpu
