#pragma once
/// How much weight each value has in each group: open addressing, doubling when half full.

#include <bit>
#include <cstdint>
#include <vector>

namespace cohort {

class ValueTally {
 public:
  ValueTally() : entries_(1024) {}

  /// -0 counts as 0.
  void add(std::int64_t group, float value, std::int64_t weight) {
    if (2 * used_ >= entries_.size()) grow();
    const std::uint64_t key =
        (static_cast<std::uint64_t>(group) << 32) | std::bit_cast<std::uint32_t>(value + 0.0F);
    Entry& entry = entries_[place(key)];
    if (!entry.taken) {
      entry = {key, 0, true};
      ++used_;
    }
    entry.weight += weight;
  }

  [[nodiscard]] std::size_t size() const { return used_; }

  /// Calls visit(group, value, weight) for every value met, in no order.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const Entry& entry : entries_) {
      if (!entry.taken) continue;
      visit(static_cast<std::int64_t>(entry.key >> 32),
            std::bit_cast<float>(static_cast<std::uint32_t>(entry.key)), entry.weight);
    }
  }

 private:
  struct Entry {
    std::uint64_t key = 0;
    std::int64_t weight = 0;
    bool taken = false;
  };

  [[nodiscard]] std::size_t place(std::uint64_t key) const {
    std::uint64_t hash = key * 0x9E3779B97F4A7C15U;
    hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93U;
    hash ^= hash >> 32;
    std::size_t slot = hash & (entries_.size() - 1);
    while (entries_[slot].taken && entries_[slot].key != key)
      slot = (slot + 1) & (entries_.size() - 1);
    return slot;
  }

  void grow() {
    std::vector<Entry> old(2 * entries_.size());
    old.swap(entries_);
    for (const Entry& entry : old) {
      if (entry.taken) entries_[place(entry.key)] = entry;
    }
  }

  std::vector<Entry> entries_;
  std::size_t used_ = 0;
};

}  // namespace cohort
