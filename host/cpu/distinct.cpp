#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <utility>

#include "cohort/distinct_arithmetic.hpp"

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

/// A 64-bit hash of each row of some blocks; lanes are rows.
struct HashRows {
  template <int W>
  [[gnu::always_inline]] static void run(const CpuDataSet* data, std::int64_t first,
                                         std::int64_t last, std::uint64_t* __restrict hashes) {
    for (std::int64_t b = first; b < last; ++b) {
      const float* __restrict x = data->block(b);
      std::uint64_t* __restrict lanes = hashes + b * kBlock;
      for (std::int64_t l = 0; l < kBlock; ++l) lanes[l] = kNoHash;
      for (std::int64_t j = 0; j < data->features(); ++j) {
        for (std::int64_t l = 0; l < kBlock; ++l) lanes[l] = hash_with(lanes[l], x[j * kBlock + l]);
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

/// Rows in parts by their hash, ascending within a part: equal rows share a part, and a part's
/// table stays in the cache.
class Parts {
 public:
  Parts(const std::vector<std::uint64_t>& hashes, std::int64_t rows, ThreadPool& pool)
      : rows_(static_cast<std::size_t>(rows)), begin_(kParts + 1) {
    const std::int64_t tasks = (rows + kTaskRows - 1) / kTaskRows;
    std::vector<std::array<std::int32_t, kParts>> places(static_cast<std::size_t>(tasks));
    const auto over_rows = [&](const auto& visit) {
      pool.run(tasks, [&](std::int64_t task, int) {
        std::array<std::int32_t, kParts>& place = places[static_cast<std::size_t>(task)];
        for (std::int64_t i = task * kTaskRows; i < std::min(rows, (task + 1) * kTaskRows); ++i)
          visit(place[hashes[static_cast<std::size_t>(i)] >> kHashShift], i);
      });
    };
    over_rows([](std::int32_t& count, std::int64_t) { ++count; });
    std::int32_t next = 0;
    for (std::size_t part = 0; part < kParts; ++part) {
      begin_[part] = next;
      for (auto& place : places) next += std::exchange(place[part], next);
    }
    begin_[kParts] = next;
    over_rows([&](std::int32_t& place, std::int64_t i) {
      rows_[static_cast<std::size_t>(place++)] = static_cast<std::int32_t>(i);
    });
  }

  [[nodiscard]] std::span<const std::int32_t> rows_of(std::int64_t part) const {
    const auto p = static_cast<std::size_t>(part);
    return std::span(rows_).subspan(static_cast<std::size_t>(begin_[p]),
                                    static_cast<std::size_t>(begin_[p + 1] - begin_[p]));
  }
  static constexpr std::size_t kParts = 256;

 private:
  static constexpr int kHashShift = 64 - 8;
  static constexpr std::int64_t kTaskRows = 65536;
  std::vector<std::int32_t> rows_;
  std::vector<std::int32_t> begin_;
};

/// Each row's lowest equal row. The table is open addressing, never more than half full.
std::vector<std::int32_t> first_equals(const CpuDataSet& data,
                                       const std::vector<std::uint64_t>& hashes, ThreadPool& pool) {
  constexpr std::int32_t kFree = -1;
  const Parts parts(hashes, data.rows(), pool);
  std::vector<std::int32_t> equals(static_cast<std::size_t>(data.rows()));
  std::vector<std::vector<std::int32_t>> tables(static_cast<std::size_t>(pool.threads()));
  pool.run(Parts::kParts, [&](std::int64_t part, int worker) {
    const std::span<const std::int32_t> rows = parts.rows_of(part);
    std::vector<std::int32_t>& table = tables[static_cast<std::size_t>(worker)];
    table.assign(std::bit_ceil(2 * rows.size() + 1), kFree);
    for (const std::int32_t i : rows) {
      const std::uint64_t hash = hashes[static_cast<std::size_t>(i)];
      std::size_t slot = hash & (table.size() - 1);
      const auto differs = [&](std::int32_t other) {
        return hashes[static_cast<std::size_t>(other)] != hash || !same_row(data, i, other);
      };
      while (table[slot] != kFree && differs(table[slot])) slot = (slot + 1) & (table.size() - 1);
      if (table[slot] == kFree) table[slot] = i;
      equals[static_cast<std::size_t>(i)] = table[slot];
    }
  });
  return equals;
}

/// The total weight of each group's rows, behind the last group padded with zeros.
std::vector<float> group_weights(const CpuDataSet& data, const DistinctRows& groups,
                                 std::int64_t padded) {
  const float largest =
      data.weights.empty() ? 1.0F : *std::max_element(data.weights.begin(), data.weights.end());
  const Grid grid = weight_grid(largest, data.rows());
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
  require_countable_rows(data.rows());
  std::vector<std::uint64_t> hashes(static_cast<std::size_t>(data.blocks() * kBlock));
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int) {
    dispatch<HashRows>(machine.isa, &data, first, last, hashes.data());
  });

  const std::vector<std::int32_t> equals = first_equals(data, hashes, machine.pool);
  DistinctRows result;
  result.group.reserve(equals.size());
  for (std::size_t i = 0; i < equals.size(); ++i) {
    const auto first = static_cast<std::size_t>(equals[i]);
    if (first == i) {
      result.group.push_back(static_cast<std::int32_t>(result.first.size()));
      result.first.push_back(static_cast<std::int64_t>(i));
      result.counts.push_back(1);
    } else {
      result.group.push_back(result.group[first]);
      ++result.counts[static_cast<std::size_t>(result.group[first])];
    }
  }

  const auto m = static_cast<std::int64_t>(result.first.size());
  auto rows = std::make_unique<CpuDataSet>(m, data.features());
  over_blocks(machine.pool, rows->blocks(), [&](std::int64_t first, std::int64_t last, int) {
    for (std::int64_t g = first * kBlock; g < std::min(m, last * kBlock); ++g) {
      const std::int64_t i = result.first[static_cast<std::size_t>(g)];
      for (std::int64_t j = 0; j < data.features(); ++j) rows->at(g, j) = data.at(i, j) + 0.0F;
    }
  });
  rows->weights = group_weights(data, result, rows->blocks() * kBlock);
  rows->counted = data.weights.empty();
  result.data = std::move(rows);
  return result;
}

}  // namespace cohort::cpu
