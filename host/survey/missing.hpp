#pragma once
/// Which cells say that there is no answer.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cohort {

class MissingTokens {
 public:
  /// A cell of blanks is missing whatever the tokens are.
  explicit MissingTokens(bool with_default);
  void add(std::span<const std::string> tokens);

  /// \param text  a cell without blanks around it
  [[nodiscard]] bool contains(std::string_view text) const {
    if (text.empty()) return true;
    const std::uint64_t lengths = lengths_[static_cast<unsigned char>(text.front())];
    return (lengths & length_bit(text)) != 0 && holds(text);
  }

  /// False where no number is a token, such as "99".
  [[nodiscard]] bool may_hold_numbers() const { return may_hold_numbers_; }

 private:
  // Almost every cell is refused by its first byte and its length, without a comparison.
  static std::uint64_t length_bit(std::string_view text) {
    return std::uint64_t{1} << (text.size() < 63 ? text.size() : 63);
  }
  [[nodiscard]] bool holds(std::string_view text) const;

  std::vector<std::string> tokens_;
  std::array<std::uint64_t, 256> lengths_{};
  bool may_hold_numbers_ = false;
};

}  // namespace cohort
