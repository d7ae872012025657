#include "host/survey/booleans.hpp"

namespace cohort {

std::optional<BooleanWord> boolean_word(std::string_view text) {
  if (text.empty() || text.size() > 5) return std::nullopt;
  std::array<char, 5> letters{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    letters[i] = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
  }
  const std::string_view word(letters.data(), text.size());
  if (word == "true") return BooleanWord{BooleanPair::true_false, true};
  if (word == "false") return BooleanWord{BooleanPair::true_false, false};
  if (word == "yes") return BooleanWord{BooleanPair::yes_no, true};
  if (word == "no") return BooleanWord{BooleanPair::yes_no, false};
  if (word == "t") return BooleanWord{BooleanPair::t_f, true};
  if (word == "f") return BooleanWord{BooleanPair::t_f, false};
  if (word == "y") return BooleanWord{BooleanPair::y_n, true};
  if (word == "n") return BooleanWord{BooleanPair::y_n, false};
  if (word == "1") return BooleanWord{BooleanPair::one_zero, true};
  if (word == "0") return BooleanWord{BooleanPair::one_zero, false};
  return std::nullopt;
}

std::optional<BooleanPair> BooleanWords::pair() const {
  std::optional<BooleanPair> found;
  for (const BooleanPair pair : kBooleanPairs) {
    if (!has(pair, false) && !has(pair, true)) continue;
    if (found) return std::nullopt;
    found = pair;
  }
  return found;
}

}  // namespace cohort
