#pragma once
/// The pairs of words that answer yes or no.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cohort {

enum class BooleanPair { true_false, yes_no, t_f, y_n, one_zero };
inline constexpr std::array kBooleanPairs = {BooleanPair::true_false, BooleanPair::yes_no,
                                             BooleanPair::t_f, BooleanPair::y_n,
                                             BooleanPair::one_zero};

struct BooleanWord {
  BooleanPair pair = BooleanPair::true_false;
  bool value = false;
};

/// In any letter case; nothing where the text is no such word.
[[nodiscard]] std::optional<BooleanWord> boolean_word(std::string_view text);

/// Which of the ten words were seen.
class BooleanWords {
 public:
  void add(BooleanWord word) { seen_ |= bit(word); }
  void add(BooleanWords other) { seen_ |= other.seen_; }

  /// The pair that all words seen belong to, where they do.
  [[nodiscard]] std::optional<BooleanPair> pair() const;
  [[nodiscard]] bool has(BooleanPair pair, bool value) const {
    return (seen_ & bit({pair, value})) != 0;
  }

 private:
  static unsigned bit(BooleanWord word) {
    return 1U << (2 * static_cast<unsigned>(word.pair) + (word.value ? 1U : 0U));
  }
  unsigned seen_ = 0;
};

}  // namespace cohort
