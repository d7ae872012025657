#include "host/survey/dictionary.hpp"

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
  void add(double value) {
    if (2 * size_ >= slots_.size()) grow();
    size_ += place(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));  // -0 is 0
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};

  bool place(std::uint64_t bits) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = ((bits ^ (bits >> 32)) * 0x9E3779B97F4A7C15ULL) >> 32 & mask;
    for (; slots_[slot] != kFree; slot = (slot + 1) & mask) {
      if (slots_[slot] == bits) return false;
    }
    slots_[slot] = bits;
    return true;
  }

  void grow() {
    const std::vector<std::uint64_t> old = std::exchange(
        slots_, std::vector<std::uint64_t>(slots_.empty() ? 64 : 2 * slots_.size(), kFree));
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
  for (const double value : values) {
    if (value == value) set.add(value);
  }
  return static_cast<std::int64_t>(set.size());
}

}  // namespace cohort
