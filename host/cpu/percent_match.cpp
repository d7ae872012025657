#include <algorithm>
#include <atomic>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"

#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

/// Rows whose pairs with all later rows are one task.
constexpr std::int64_t kBandRows = 64;

/// For one row: the columns that each row of 16 answered as well, and those it answered alike.
struct CountMatches {
  template <int W>
  [[gnu::always_inline]] static void run(const std::int32_t* __restrict row,
                                         const std::int32_t* __restrict block, std::int64_t columns,
                                         std::int32_t* __restrict both,
                                         std::int32_t* __restrict alike) {
    for (std::int64_t l = 0; l < kBlock; ++l) both[l] = alike[l] = 0;
    for (std::int64_t j = 0; j < columns; ++j) {
      const std::int32_t code = row[j];
      if (code < 0) continue;
      for (std::int64_t l = 0; l < kBlock; ++l) {
        both[l] += block[j * kBlock + l] >= 0 ? 1 : 0;
        alike[l] += block[j * kBlock + l] == code ? 1 : 0;
      }
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

/// Refuses when the pairs found, copied once into one list, would not fit.
class PairBudget {
 public:
  PairBudget() : limit_(available_memory() / 3 / static_cast<std::int64_t>(sizeof(MatchingPair))) {}
  void take(std::size_t pairs, double threshold) {
    if (taken_.fetch_add(static_cast<std::int64_t>(pairs)) + static_cast<std::int64_t>(pairs) <=
        limit_)
      return;
    throw MemoryError(
        fmt::format("more than {} pairs of rows agree in {:.3g} of their answers, too many for the "
                    "memory; raise the threshold or take fewer rows",
                    limit_, threshold));
  }

 private:
  std::int64_t limit_;
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
  const std::int64_t bands = (n + kBandRows - 1) / kBandRows;
  std::vector<std::vector<MatchingPair>> found(static_cast<std::size_t>(bands));
  PairBudget budget;
  machine.pool.run(bands, [&](std::int64_t band, int) {
    std::vector<MatchingPair>& pairs = found[static_cast<std::size_t>(band)];
    std::int32_t both[kBlock];
    std::int32_t alike[kBlock];
    for (std::int64_t i = band * kBandRows; i < std::min((band + 1) * kBandRows, n); ++i) {
      for (std::int64_t b = i / kBlock; b * kBlock < n; ++b) {
        dispatch<CountMatches>(machine.isa, answers.row(i).data(), codes.data() + b * m * kBlock, m,
                               &both[0], &alike[0]);
        for (std::int64_t l = 0; l < kBlock; ++l) {
          const std::int64_t j = b * kBlock + l;
          if (j <= i || j >= n || both[l] == 0 || 2 * both[l] < m) continue;
          const double share = static_cast<double>(alike[l]) / static_cast<double>(both[l]);
          if (share >= threshold) pairs.push_back({i, j, share});
        }
      }
    }
    budget.take(pairs.size(), threshold);
  });

  std::vector<MatchingPair> result;
  for (const std::vector<MatchingPair>& pairs : found)
    result.insert(result.end(), pairs.begin(), pairs.end());
  return result;
}

}  // namespace cohort::cpu
