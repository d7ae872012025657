#pragma once
/// What a column's cells are likely to be, from its first rows: the column is filled on that while
/// all its cells are looked at, and filled again where they turn out otherwise.

#include <optional>
#include <vector>

#include "host/survey/rows.hpp"
#include "host/survey/types.hpp"

namespace cohort {

struct ColumnGuess {
  enum class Filling { numbers, booleans, datetimes, codes, nothing };
  Filling filling = Filling::numbers;
  bool told = false;  ///< by a hint that leaves nothing to find out
  std::optional<DateTimeFormat> format;
  std::size_t candidate = 0;  ///< of datetime_candidates, the one of that format

  [[nodiscard]] bool is_coded() const { return filling == Filling::codes; }
  [[nodiscard]] bool is_kept() const { return filling != Filling::nothing; }
};

[[nodiscard]] std::vector<ColumnGuess> guess_columns(const RowContext& context);

/// Whether a column filled as guessed, every cell of which fitted, is as planned.
[[nodiscard]] bool came_true(const ColumnGuess& guess, const ColumnPlan& plan,
                             const ColumnSketch& sketch);

}  // namespace cohort
