#include "host/survey/missing.hpp"

#include <algorithm>

#include "cohort/read.hpp"

namespace cohort {

const std::vector<std::string>& default_missing_tokens() {
  static const std::vector<std::string> tokens = {
      "",        "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND",
      "1.#QNAN", "<NA>", "N/A",      "NA",  "NULL",    "NaN",      "n/a",  "nan",  "null"};
  return tokens;
}

MissingTokens::MissingTokens(bool with_default) {
  if (with_default) add(default_missing_tokens());
}

void MissingTokens::add(std::span<const std::string> tokens) {
  for (const std::string& token : tokens) {
    const std::size_t first = token.find_first_not_of(" \t");
    if (first == std::string::npos) continue;
    const std::string text = token.substr(first, token.find_last_not_of(" \t") + 1 - first);
    tokens_.push_back(text);
    const bool has_digit = text.find_first_of("0123456789") != std::string::npos;
    const bool has_letter = text.find_first_not_of("+-.,0123456789") != std::string::npos;
    may_hold_numbers_ = may_hold_numbers_ || (has_digit && !has_letter);
    lengths_[static_cast<unsigned char>(text.front())] |= length_bit(text);
  }
}

bool MissingTokens::holds(std::string_view text) const {
  return std::find(tokens_.begin(), tokens_.end(), text) != tokens_.end();
}

}  // namespace cohort
