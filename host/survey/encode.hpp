#pragma once
/// A column of the table as features.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cohort/features.hpp"
#include "cohort/large_memory.hpp"
#include "cohort/recipe.hpp"
#include "cohort/table.hpp"

namespace cohort {

/// A feature over all input rows; NaN where missing. A number that needs no change stays where the
/// table holds it.
struct EncodedFeature {
  Feature feature;
  std::span<const double> borrowed;
  LargeVector<double> owned;  ///< instead, where not empty

  [[nodiscard]] std::span<const double> values() const {
    return owned.empty() ? borrowed : std::span<const double>(owned);
  }
};

/// The features that one column, or one derivation, gives.
struct EncodedColumn {
  std::string name;
  Encoding encoding = Encoding::automatic;
  MissingPolicy policy = MissingPolicy::drop_row;
  std::vector<EncodedFeature> features;
  /// Of one indicator for each level: the level of each row, -1 where missing. The features have no
  /// values of their own then: the one of that level is 1, the others are 0.
  LargeVector<std::int32_t> level_of_row;
  std::int64_t missing = 0;  ///< rows without a value
  std::optional<Derivation> derivation;

  [[nodiscard]] bool is_missing(std::int64_t row) const {
    const auto i = static_cast<std::size_t>(row);
    if (!level_of_row.empty()) return level_of_row[i] < 0;
    const double value = features.front().values()[i];
    return value != value;
  }
};

/// Gives the features values of their own where they have none.
/// \throws MemoryError where they are too large
void spread(EncodedColumn& column);

/// \param section  of the column in the recipe, or nullptr
/// \param otherwise  the missing policy where the section gives none
/// \throws DataError for a level that was not declared and for numbers that are not finite
[[nodiscard]] EncodedColumn encode(const Table& table, const Column& column,
                                   const ColumnRecipe* section, MissingPolicy otherwise);

}  // namespace cohort
