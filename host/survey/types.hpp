#pragma once
/// What a column's cells have in common, and the type that follows from it.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "cohort/read.hpp"

#include "host/survey/booleans.hpp"
#include "host/survey/datetime.hpp"

namespace cohort {

/// A cell worth naming in a message.
struct Found {
  std::int64_t line = 0;  ///< 0: none
  std::string text;
};

/// What is known of a column after its cells were seen once. Sketches of a file's parts, merged in
/// order, are the sketch of the file.
class ColumnSketch {
 public:
  /// \param text  a cell that is not missing, without blanks around it
  void add(std::string_view text, std::int64_t line, char decimal);
  void merge(const ColumnSketch& later);

  /// Whether a number that is no code tells nothing new but that there is one more.
  [[nodiscard]] bool holds_numbers() const { return present > 0 && dates == 0 && !only_words; }

  /// What add() would do, in a few steps, with a text that tells nothing new; false, and nothing
  /// done, where it may tell something.
  [[nodiscard]] bool add_number(std::string_view text, bool has_point);
  [[nodiscard]] bool add_known_word(BooleanWord word);
  /// \param candidate  one that reads the text
  [[nodiscard]] bool add_known_date(std::size_t candidate);

  std::int64_t present = 0;
  std::int64_t numbers = 0;
  bool only_words = true;  ///< of kBooleanPairs
  BooleanWords words;
  std::array<std::string, 2> spelling;      ///< of the first false and the first true word
  std::uint64_t dates = ~std::uint64_t{0};  ///< bit i: candidate i reads every cell
  Found first;
  Found first_other_than_number;
  Found long_integer;   ///< the first whole number of more digits than a double keeps
  Found leading_zeros;  ///< the first whole number written like "007"
  Found order_of_day;   ///< the first cell that only one order of day and month reads
};

/// Whether digits without a decimal sign may be a code: with a zero in front, or of more digits
/// than a double keeps.
[[nodiscard]] inline bool may_be_code(std::string_view digits) {
  constexpr std::size_t kLongest = std::numeric_limits<double>::digits10;
  return digits.size() > 1 && (digits.front() == '0' || digits.size() > kLongest);
}

inline bool ColumnSketch::add_number(std::string_view text, bool has_point) {
  if (present == 0 || dates != 0 || (!has_point && may_be_code(text))) return false;
  if (only_words) {
    const bool seen = text == "0" ? !spelling[0].empty() : text == "1" && !spelling[1].empty();
    if (!seen) return false;
  }
  ++present;
  ++numbers;
  return true;
}

inline bool ColumnSketch::add_known_word(BooleanWord word) {
  const bool is_number = word.pair == BooleanPair::one_zero;
  if (!only_words || dates != 0 || !words.has(word.pair, word.value)) return false;
  ++present;
  numbers += is_number ? 1 : 0;
  return true;
}

inline bool ColumnSketch::add_known_date(std::size_t candidate) {
  if (dates != std::uint64_t{1} << candidate) return false;
  ++present;
  return true;
}

/// How a column's cells are to be read.
struct ColumnPlan {
  ColumnType type = ColumnType::text;
  bool coded_type_open = false;  ///< category or text, by the number of distinct values
  std::optional<DateTimeFormat> format;
  BooleanPair pair = BooleanPair::true_false;
};

/// The type a column's cells have, or the one the hint gives (whether all cells fit is then found
/// out in reading them). \param at  "survey.csv", and the column's number for messages
/// \throws DataError for a datetime without a format whose format cannot be told
[[nodiscard]] ColumnPlan plan_column(const ColumnSketch& sketch, const std::string& name,
                                     const ColumnHint* hint, const std::string& source,
                                     std::int64_t column, Notices& notices);

/// Text with few distinct values is a category: at most max(32, sqrt(present)), and at most half of
/// the cells present.
[[nodiscard]] ColumnType type_of_texts(std::int64_t distinct, std::int64_t present);

}  // namespace cohort
