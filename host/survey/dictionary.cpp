#include "host/survey/dictionary.hpp"

#include <functional>

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
  texts_.push_back(lasting ? text : std::string_view(copies_.emplace_front(text)));
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

}  // namespace cohort
