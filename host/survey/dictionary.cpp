#include "host/survey/dictionary.hpp"

#include <cstdint>
#include <cstring>

namespace cohort {

namespace {

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  const auto product =
      static_cast<unsigned __int128>(a ^ 0x9E3779B97F4A7C15U) * (b ^ 0xD1B54A32D192ED03U);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Eight bytes at a time; the last eight, which may overlap those before, end a long text.
std::uint64_t hash_of(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  const auto word_at = [text](std::size_t at, std::size_t bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, bytes);
    return word;
  };
  if (text.size() <= kWord) return mixed(word_at(0, text.size()), text.size());
  std::uint64_t hash = text.size();
  for (std::size_t at = 0; at + kWord < text.size(); at += kWord) {
    hash = mixed(hash ^ word_at(at, kWord), at);
  }
  return mixed(hash ^ word_at(text.size() - kWord, kWord), text.size());
}

}  // namespace

std::int32_t Dictionary::code_of(std::string_view text, bool lasting) {
  if (2 * texts_.size() >= slots_.size()) grow();
  const std::size_t hash = hash_of(text);
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
