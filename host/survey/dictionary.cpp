#include "host/survey/dictionary.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <utility>

namespace cohort {

std::int32_t Dictionary::code_of(std::string_view text, bool lasting) {
  if (2 * texts_.size() >= slots_.size()) grow();
  const std::size_t hash = std::hash<std::string_view>{}(text);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] >= 0; slot = (slot + 1) & mask) {
    const auto code = static_cast<std::size_t>(slots_[slot]);
    if (hashes_[code] == hash && texts_[code] == text) return slots_[slot];
  }
  const auto code = static_cast<std::int32_t>(texts_.size());
  slots_[slot] = code;
  hashes_.push_back(hash);
  texts_.push_back(lasting ? text : std::string_view(copies_.emplace_back(text)));
  return code;
}

void Dictionary::grow() {
  constexpr std::size_t kFirst = 64;
  slots_.assign(slots_.empty() ? kFirst : 2 * slots_.size(), -1);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t code = 0; code < hashes_.size(); ++code) {
    std::size_t slot = hashes_[code] & mask;
    while (slots_[slot] >= 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::int32_t>(code);
  }
}

namespace {

// A set of the bits of doubles that are not NaN; the bits of one NaN mark free slots.
class DoubleSet {
 public:
  // Many at a time: the set is larger than the caches, and the slots of a batch are fetched at
  // once.
  void add(std::span<const double> values) {
    constexpr std::size_t kBatch = 32;
    std::array<std::uint64_t, kBatch> batch;
    for (std::size_t from = 0; from < values.size(); from += kBatch) {
      while (2 * (size_ + kBatch) >= slots_.size()) grow();
      std::size_t count = 0;
      for (const double value : values.subspan(from, std::min(kBatch, values.size() - from))) {
        if (value != value) continue;
        batch[count] = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);  // -0 is 0
        __builtin_prefetch(&slots_[home(batch[count])]);
        ++count;
      }
      for (std::size_t i = 0; i < count; ++i) size_ += place(batch[i]);
    }
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};

  [[nodiscard]] std::size_t home(std::uint64_t bits) const {
    return (((bits ^ (bits >> 32)) * 0x9E3779B97F4A7C15ULL) >> 32) & (slots_.size() - 1);
  }

  bool place(std::uint64_t bits) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = home(bits);
    for (; slots_[slot] != kFree; slot = (slot + 1) & mask) {
      if (slots_[slot] == bits) return false;
    }
    slots_[slot] = bits;
    return true;
  }

  void grow() {
    const std::vector<std::uint64_t> old = std::exchange(
        slots_, std::vector<std::uint64_t>(slots_.empty() ? 256 : 4 * slots_.size(), kFree));
    for (const std::uint64_t bits : old) {
      if (bits != kFree) place(bits);
    }
  }

  std::vector<std::uint64_t> slots_;
  std::size_t size_ = 0;
};

}  // namespace

std::int64_t count_distinct(std::span<const double> values) {
  DoubleSet set;
  set.add(values);
  return static_cast<std::int64_t>(set.size());
}

}  // namespace cohort
