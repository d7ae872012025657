#pragma once
/// What a column's cells have in common, and the type that follows from it.

#include <array>
#include <cstdint>
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
