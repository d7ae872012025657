#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <span>
#include <utility>

#include "cohort/distinct_arithmetic.hpp"
#include "cohort/large_memory.hpp"

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/distinct_few.hpp"
#include "host/cpu/exact_lanes.hpp"
#include "host/cpu/row_hashes.hpp"

namespace cohort::cpu {

namespace {

constexpr std::int64_t kTaskRows = 65536;
constexpr std::size_t kOwnSums = 131072;

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
  Parts(const LargeVector<std::uint64_t>& hashes, std::int64_t rows, ThreadPool& pool)
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
  LargeVector<std::int32_t> rows_;
  std::vector<std::int32_t> begin_;
};

/// Each row's lowest equal row. The table is open addressing, never more than half full.
LargeVector<std::int32_t> first_equals(const CpuDataSet& data, Machine machine) {
  constexpr std::int32_t kFree = -1;
  LargeVector<std::uint64_t> hashes(static_cast<std::size_t>(data.blocks() * kBlock));
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int) {
    hash_rows(data, first, last, hashes.data() + first * kBlock, machine.isa);
  });
  const Parts parts(hashes, data.rows(), machine.pool);
  LargeVector<std::int32_t> equals(static_cast<std::size_t>(data.rows()));
  std::vector<std::vector<std::int32_t>> tables(static_cast<std::size_t>(machine.pool.threads()));
  machine.pool.run(Parts::kParts, [&](std::int64_t part, int worker) {
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

/// Groups in order of their first rows: each row's group, and the groups' first rows.
void number_groups(const LargeVector<std::int32_t>& equals, DistinctRows& result, Machine machine) {
  const auto n = std::ssize(equals);
  const std::int64_t tasks = (n + kTaskRows - 1) / kTaskRows;
  const auto over_rows = [&](const auto& visit) {
    machine.pool.run(tasks, [&](std::int64_t task, int) {
      visit(task, task * kTaskRows, std::min(n, (task + 1) * kTaskRows));
    });
  };
  const auto is_first = [&](std::int64_t i) { return equals[static_cast<std::size_t>(i)] == i; };
  std::vector<std::int32_t> begin(static_cast<std::size_t>(tasks));
  over_rows([&](std::int64_t task, std::int64_t first, std::int64_t last) {
    std::int32_t count = 0;
    for (std::int64_t i = first; i < last; ++i) count += is_first(i) ? 1 : 0;
    begin[static_cast<std::size_t>(task)] = count;
  });
  std::int32_t groups = 0;
  for (std::int32_t& place : begin) groups += std::exchange(place, groups);
  result.group.resize(equals.size());
  result.first.resize(static_cast<std::size_t>(groups));
  over_rows([&](std::int64_t task, std::int64_t first, std::int64_t last) {
    std::int32_t next = begin[static_cast<std::size_t>(task)];
    for (std::int64_t i = first; i < last; ++i) {
      if (!is_first(i)) continue;
      result.group[static_cast<std::size_t>(i)] = next;
      result.first[static_cast<std::size_t>(next++)] = i;
    }
  });
  if (groups == n) return;
  over_rows([&](std::int64_t, std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i)
      if (!is_first(i))
        result.group[static_cast<std::size_t>(i)] =
            result.group[static_cast<std::size_t>(equals[static_cast<std::size_t>(i)])];
  });
}

/// Sums of term(row) over each group's rows.
std::vector<std::int64_t> group_sums(const DistinctRows& groups, Machine machine,
                                     const auto& term) {
  const auto n = std::ssize(groups.group);
  const std::size_t m = groups.first.size();
  // Few groups have a sum for each worker; of many, two workers hardly ever want the same.
  const bool few = m <= kOwnSums;
  const auto copies = static_cast<std::size_t>(few ? machine.pool.threads() : 1);
  std::vector<LargeVector<std::int64_t>> sums(copies, LargeVector<std::int64_t>(m, 0));
  machine.pool.run((n + kTaskRows - 1) / kTaskRows, [&](std::int64_t task, int worker) {
    LargeVector<std::int64_t>& own = sums[few ? static_cast<std::size_t>(worker) : 0];
    for (std::int64_t i = task * kTaskRows; i < std::min(n, (task + 1) * kTaskRows); ++i) {
      std::int64_t& sum = own[static_cast<std::size_t>(groups.group[static_cast<std::size_t>(i)])];
      if (few)
        sum += term(i);
      else
        std::atomic_ref(sum).fetch_add(term(i), std::memory_order_relaxed);
    }
  });
  std::vector<std::int64_t> result(sums[0].begin(), sums[0].end());
  for (std::size_t w = 1; w < copies; ++w)
    for (std::size_t g = 0; g < m; ++g) result[g] += sums[w][g];
  return result;
}

/// The total weight of each group's rows, behind the last group padded with zeros.
std::vector<float> group_weights(const CpuDataSet& data, const DistinctRows& groups,
                                 std::int64_t padded, Machine machine) {
  const float largest =
      data.weights.empty() ? 1.0F : *std::max_element(data.weights.begin(), data.weights.end());
  const Grid grid = weight_grid(largest, data.rows());
  const double steps = grid.steps_per_unit();
  std::vector<float> weights(static_cast<std::size_t>(padded));
  const auto to_weight = [&](std::int64_t total) {
    return static_cast<float>(from_grid(total, grid));
  };
  if (data.weights.empty()) {
    const auto one = static_cast<std::int64_t>(on_grid(1, steps));
    std::ranges::transform(groups.counts, weights.begin(),
                           [&](std::int64_t count) { return to_weight(count * one); });
  } else {
    const std::vector<std::int64_t> totals = group_sums(groups, machine, [&](std::int64_t i) {
      return static_cast<std::int64_t>(on_grid(data.weight(i), steps));
    });
    std::ranges::transform(totals, weights.begin(), to_weight);
  }
  return weights;
}

}  // namespace

DistinctRows distinct(const CpuDataSet& data, Machine machine) {
  require_countable_rows(data.rows());
  DistinctRows result;
  {
    const auto of_few = first_equals_of_few(data, machine);
    number_groups(of_few ? *of_few : first_equals(data, machine), result, machine);
  }
  if (result.first.size() == result.group.size())
    result.counts.assign(result.first.size(), 1);
  else
    result.counts = group_sums(result, machine, [](std::int64_t) { return std::int64_t{1}; });

  const auto m = static_cast<std::int64_t>(result.first.size());
  auto rows = std::make_unique<CpuDataSet>(m, data.features());
  over_blocks(machine.pool, rows->blocks(), [&](std::int64_t first, std::int64_t last, int) {
    for (std::int64_t g = first * kBlock; g < std::min(m, last * kBlock); ++g) {
      const std::int64_t i = result.first[static_cast<std::size_t>(g)];
      for (std::int64_t j = 0; j < data.features(); ++j) rows->at(g, j) = data.at(i, j) + 0.0F;
    }
  });
  rows->weights = group_weights(data, result, rows->blocks() * kBlock, machine);
  rows->counted = data.weights.empty();
  result.data = std::move(rows);
  return result;
}

}  // namespace cohort::cpu
