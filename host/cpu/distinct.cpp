#include <bit>
#include <limits>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/exact_sum.hpp"

#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

/// The bits that tell values apart: -0 is 0.
[[gnu::always_inline]] inline std::uint32_t identity(float value) {
  return std::bit_cast<std::uint32_t>(value + 0.0F);
}

/// A 64-bit hash of each row of some blocks; lanes are rows (mixing steps of MurmurHash3).
struct HashRows {
  template <int W>
  [[gnu::always_inline]] static void run(const CpuDataSet* data, std::int64_t first,
                                         std::int64_t last, std::uint64_t* __restrict hashes) {
    for (std::int64_t b = first; b < last; ++b) {
      const float* __restrict x = data->block(b);
      std::uint64_t* __restrict lanes = hashes + b * kBlock;
      for (std::int64_t l = 0; l < kBlock; ++l) lanes[l] = 0x9E3779B97F4A7C15U;
      for (std::int64_t j = 0; j < data->features(); ++j) {
        for (std::int64_t l = 0; l < kBlock; ++l) {
          std::uint64_t h = (lanes[l] ^ identity(x[j * kBlock + l])) * 0xFF51AFD7ED558CCDU;
          lanes[l] = h ^ (h >> 32);
        }
      }
    }
  }
};

bool same_row(const CpuDataSet& data, std::int64_t a, std::int64_t b) {
  for (std::int64_t j = 0; j < data.features(); ++j) {
    if (identity(data.at(a, j)) != identity(data.at(b, j))) return false;
  }
  return true;
}

/// Open addressing over group numbers; doubles when half full.
class GroupTable {
 public:
  GroupTable(const CpuDataSet& data, const std::vector<std::uint64_t>& hashes)
      : data_(data), hashes_(hashes), slots_(1024, kFree) {}

  /// The group of row i; a new one where no earlier row equals it.
  std::int32_t group_of(std::int64_t i, std::vector<std::int64_t>& first) {
    if (2 * first.size() >= slots_.size()) grow(first);
    const std::uint64_t hash = hashes_[static_cast<std::size_t>(i)];
    std::size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != kFree; slot = (slot + 1) & (slots_.size() - 1)) {
      const std::int64_t other = first[static_cast<std::size_t>(slots_[slot])];
      if (hashes_[static_cast<std::size_t>(other)] == hash && same_row(data_, i, other))
        return slots_[slot];
    }
    slots_[slot] = static_cast<std::int32_t>(first.size());
    first.push_back(i);
    return slots_[slot];
  }

 private:
  static constexpr std::int32_t kFree = -1;

  void grow(const std::vector<std::int64_t>& first) {
    slots_.assign(2 * slots_.size(), kFree);
    for (std::size_t g = 0; g < first.size(); ++g) {
      std::size_t slot = hashes_[static_cast<std::size_t>(first[g])] & (slots_.size() - 1);
      while (slots_[slot] != kFree) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<std::int32_t>(g);
    }
  }

  const CpuDataSet& data_;
  const std::vector<std::uint64_t>& hashes_;
  std::vector<std::int32_t> slots_;
};

/// The total weight of each group's rows, behind the last group padded with zeros.
std::vector<float> group_weights(const CpuDataSet& data, const DistinctRows& groups,
                                 std::int64_t padded) {
  float largest = 1;
  for (const float weight : data.weights) largest = std::max(largest, weight);
  const Grid grid = grid_for(static_cast<double>(largest), static_cast<double>(data.rows()));
  const double steps = grid.steps_per_unit();
  std::vector<std::int64_t> totals(static_cast<std::size_t>(padded));
  for (std::int64_t i = 0; i < data.rows(); ++i)
    totals[static_cast<std::size_t>(groups.group[static_cast<std::size_t>(i)])] +=
        static_cast<std::int64_t>(on_grid(data.weight(i), steps));
  std::vector<float> weights;
  weights.reserve(totals.size());
  for (const std::int64_t total : totals)
    weights.push_back(static_cast<float>(from_grid(total, grid)));
  return weights;
}

}  // namespace

DistinctRows distinct(const CpuDataSet& data, Machine machine) {
  if (data.rows() > std::numeric_limits<std::int32_t>::max())
    throw DataError(fmt::format("{} rows are too many to look for duplicates; at most {} are taken",
                                data.rows(), std::numeric_limits<std::int32_t>::max()));
  std::vector<std::uint64_t> hashes(static_cast<std::size_t>(data.blocks() * kBlock));
  for_block_ranges(data, machine, [&](std::int64_t first, std::int64_t last, int) {
    dispatch<HashRows>(machine.isa, &data, first, last, hashes.data());
  });

  DistinctRows result;
  result.group.reserve(static_cast<std::size_t>(data.rows()));
  GroupTable table(data, hashes);
  for (std::int64_t i = 0; i < data.rows(); ++i)
    result.group.push_back(table.group_of(i, result.first));
  result.counts.assign(result.first.size(), 0);
  for (const std::int32_t group : result.group) ++result.counts[static_cast<std::size_t>(group)];

  const auto m = static_cast<std::int64_t>(result.first.size());
  auto rows = std::make_unique<CpuDataSet>(m, data.features());
  for (std::int64_t g = 0; g < m; ++g) {
    const std::int64_t i = result.first[static_cast<std::size_t>(g)];
    for (std::int64_t j = 0; j < data.features(); ++j) rows->at(g, j) = data.at(i, j) + 0.0F;
  }
  rows->weights = group_weights(data, result, rows->blocks() * kBlock);
  result.data = std::move(rows);
  return result;
}

}  // namespace cohort::cpu
