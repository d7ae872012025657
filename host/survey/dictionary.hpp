#pragma once
/// Distinct texts with their codes.

#include <cstdint>
#include <forward_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// Gives each distinct text a code, 0, 1, ... in order of appearance.
class Dictionary {
 public:
  /// \param lasting  the text outlives the dictionary; otherwise it is copied
  [[nodiscard]] std::int32_t code_of(std::string_view text, bool lasting);
  [[nodiscard]] std::span<const std::string_view> texts() const { return texts_; }

 private:
  void grow();

  std::vector<std::int32_t> slots_;  // open addressing; -1 is free
  std::vector<std::string_view> texts_;
  std::vector<std::size_t> hashes_;
  std::forward_list<std::string> copies_;
};

}  // namespace cohort
