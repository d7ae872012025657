#include "host/cpu/distinct_few.hpp"

#include <algorithm>
#include <atomic>
#include <vector>

#include "cohort/distinct_arithmetic.hpp"

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/row_hashes.hpp"

namespace cohort::cpu {

namespace {

/// So many different rows are few, where their copies stay in a few megabytes.
std::size_t most_of_few(std::int64_t d) {
  return std::clamp<std::size_t>((std::size_t{4} << 20) / (4 * static_cast<std::size_t>(d)), 1024,
                                 131072);
}

/// Different rows, each with a copy and the lowest row that has been met of it. Open addressing,
/// never more than half full; a slot tells most rows apart by itself.
class RowTable {
 public:
  explicit RowTable(std::int64_t d) : d_(static_cast<std::size_t>(d)) {}

  [[nodiscard]] std::size_t size() const { return hashes_.size(); }
  [[nodiscard]] std::uint64_t hash(std::size_t entry) const { return hashes_[entry]; }
  [[nodiscard]] std::int32_t first(std::size_t entry) const {
    return static_cast<std::int32_t>(record(entry)[0]);
  }
  /// The features of an entry, as identity() has them.
  [[nodiscard]] const std::uint32_t* values(std::size_t entry) const { return record(entry) + 1; }

  void fetch_slot(std::uint64_t hash) const { __builtin_prefetch(&slots_[slot_at(hash)]); }
  void fetch_entry(std::uint64_t hash) const {
    const Slot& slot = slots_[slot_at(hash)];
    if (slot.entry != kFree) __builtin_prefetch(record(static_cast<std::size_t>(slot.entry)));
  }
  /// The entry of a row with this hash. \param value  value(j) of the row
  std::int32_t find(std::uint64_t hash, std::int32_t row, const auto& value) {
    if (2 * (size() + 1) > slots_.size()) grow();
    std::size_t place = slot_at(hash);
    while (slots_[place].entry != kFree && !same(slots_[place], hash, value)) place = after(place);
    Slot& slot = slots_[place];
    if (slot.entry == kFree) {
      slot = {tag_of(hash), static_cast<std::int32_t>(size())};
      hashes_.push_back(hash);
      records_.push_back(static_cast<std::uint32_t>(row));
      for (std::size_t j = 0; j < d_; ++j) records_.push_back(value(j));
    }
    std::uint32_t& first = records_[static_cast<std::size_t>(slot.entry) * (d_ + 1)];
    first = std::min(first, static_cast<std::uint32_t>(row));
    return slot.entry;
  }

 private:
  static constexpr std::int32_t kFree = -1;
  struct Slot {
    std::uint32_t tag = 0;
    std::int32_t entry = kFree;
  };

  [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> 32);
  }
  [[nodiscard]] std::size_t slot_at(std::uint64_t hash) const { return hash & (slots_.size() - 1); }
  [[nodiscard]] std::size_t after(std::size_t place) const {
    return (place + 1) & (slots_.size() - 1);
  }
  [[nodiscard]] const std::uint32_t* record(std::size_t entry) const {
    return records_.data() + entry * (d_ + 1);
  }
  [[nodiscard]] bool same(const Slot& slot, std::uint64_t hash, const auto& value) const {
    if (slot.tag != tag_of(hash)) return false;
    const std::uint32_t* const known = values(static_cast<std::size_t>(slot.entry));
    for (std::size_t j = 0; j < d_; ++j)
      if (known[j] != value(j)) return false;
    return true;
  }
  void grow() {
    slots_.assign(2 * slots_.size(), Slot{});
    for (std::size_t entry = 0; entry < size(); ++entry) {
      std::size_t place = slot_at(hashes_[entry]);
      while (slots_[place].entry != kFree) place = after(place);
      slots_[place] = {tag_of(hashes_[entry]), static_cast<std::int32_t>(entry)};
    }
  }

  std::size_t d_;
  std::vector<Slot> slots_ = std::vector<Slot>(4096);
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> records_;  ///< the first row of each entry and its features
};

/// Whether rows drawn evenly from all are as often equal as those of few different ones.
bool seem_few(const CpuDataSet& data, Isa isa) {
  constexpr std::int64_t kDrawnBlocks = 512;
  constexpr std::size_t kDrawn = kDrawnBlocks * kBlock;
  if (data.blocks() < 8 * kDrawnBlocks) return false;
  std::vector<std::uint64_t> hashes(kDrawn);
  for (std::int64_t b = 0; b < kDrawnBlocks; ++b) {
    // (The last block may have rows that do not exist.)
    const std::int64_t block = b * (data.blocks() - 1) / kDrawnBlocks;
    hash_rows(data, block, block + 1, hashes.data() + b * kBlock, isa);
  }
  std::sort(hashes.begin(), hashes.end());
  const auto different = std::unique(hashes.begin(), hashes.end()) - hashes.begin();
  // Of so many different rows, equally frequent, that many pairs are expected; half may be luck.
  const std::size_t expected = kDrawn * kDrawn / 2 / most_of_few(data.features());
  return kDrawn - static_cast<std::size_t>(different) >= expected / 2;
}

}  // namespace

std::optional<LargeVector<std::int32_t>> first_equals_of_few(const CpuDataSet& data,
                                                             Machine machine) {
  if (!seem_few(data, machine.isa)) return {};
  const std::size_t most = most_of_few(data.features());
  LargeVector<std::int32_t> equals(static_cast<std::size_t>(data.rows()));
  std::vector<RowTable> tables(static_cast<std::size_t>(machine.pool.threads()),
                               RowTable(data.features()));
  std::vector<int> worker_of_task(static_cast<std::size_t>(block_tasks(data.blocks())));
  std::atomic<bool> too_many{false};
  // First each row's entry in the table of the worker that met it.
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    if (too_many.load(std::memory_order_relaxed)) return;
    RowTable& table = tables[static_cast<std::size_t>(worker)];
    worker_of_task[static_cast<std::size_t>(first / kTaskBlocks)] = worker;
    over_cached_pieces(first, last, data.features(), [&](std::int64_t piece, std::int64_t count) {
      std::uint64_t hashes[kPieceLanes];
      const std::int64_t begin = piece * kBlock;
      const std::int64_t rows = std::min(count * kBlock, data.rows() - begin);
      hash_rows(data, piece, piece + count, hashes, machine.isa);
      for (std::int64_t r = 0; r < rows; ++r) table.fetch_slot(hashes[r]);
      for (std::int64_t r = 0; r < rows; ++r) table.fetch_entry(hashes[r]);
      for (std::int64_t r = 0; r < rows; ++r) {
        const std::int64_t i = begin + r;
        const float* const values = data.block(i / kBlock) + i % kBlock;
        equals[static_cast<std::size_t>(i)] =
            table.find(hashes[r], static_cast<std::int32_t>(i),
                       [&](std::size_t j) { return identity(values[j * kBlock]); });
      }
    });
    if (table.size() > most) too_many.store(true, std::memory_order_relaxed);
  });
  if (too_many.load()) return {};

  // Then all workers' tables as one, and the lowest row of each entry.
  RowTable all(data.features());
  std::vector<std::vector<std::int32_t>> merged;
  for (const RowTable& table : tables) {
    std::vector<std::int32_t>& entries = merged.emplace_back();
    for (std::size_t e = 0; e < table.size(); ++e)
      entries.push_back(all.find(table.hash(e), table.first(e),
                                 [&](std::size_t j) { return table.values(e)[j]; }));
  }
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int) {
    const int worker = worker_of_task[static_cast<std::size_t>(first / kTaskBlocks)];
    const std::vector<std::int32_t>& entries = merged[static_cast<std::size_t>(worker)];
    for (std::int64_t i = first * kBlock; i < std::min(data.rows(), last * kBlock); ++i) {
      std::int32_t& equal = equals[static_cast<std::size_t>(i)];
      equal = all.first(static_cast<std::size_t>(entries[static_cast<std::size_t>(equal)]));
    }
  });
  return equals;
}

}  // namespace cohort::cpu
