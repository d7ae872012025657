#pragma once
/// From a Table and a Recipe to the matrix that everything downstream works on.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/notice.hpp"
#include "cohort/parallel.hpp"
#include "cohort/recipe.hpp"
#include "cohort/table.hpp"

namespace cohort {

enum class FeatureKind {
  number,     ///< a number as answered
  boolean,    ///< 0 or 1
  codes,      ///< 1, 2, ... of `levels`, in the order of the alphabet: no meaning in the distance
  ordinal,    ///< 1, 2, ... of `levels`, in their declared order
  indicator,  ///< 0 or 1: has this level, picked this answer, or was missing
  derived     ///< computed: elapsed time, kernel, standardized
};

struct Feature {
  std::string name;    ///< unique
  std::string column;  ///< the table's column it comes from
  FeatureKind kind = FeatureKind::number;
  std::vector<std::string>
      levels;  ///< codes, ordinal: text of 1, 2, ...; "" is the missing value's level
  double block_weight =
      1;  ///< multiplied in after scaling: 1/sqrt(m) for each of a block's m indicators
};

struct IdColumn {
  std::string name;
  std::vector<std::string> text;  ///< a cell for every input row, "" where missing
};

/// How a [[derive]] turned numbers x into y, for a picture: gaussian first, then standardized.
struct Derivation {
  std::string name;  ///< of y
  std::string from;  ///< what the recipe names: a column, or an earlier derivation
  std::string unit;  ///< of x where x is time: "hours"
  std::optional<double> gaussian_std;
  bool standardize = false;
  double mean = 0, deviation = 1;    ///< what standardizing took away and divided by
  double least = 0, greatest = 0;    ///< of x
  std::vector<std::int64_t> counts;  ///< rows by x, in equal bins from least to greatest
};

/// n x d float32, row-major, no NaN, no infinity; rows whose missing cells were to be dropped are
/// not in it.
struct FeatureMatrix {
  std::string source;
  std::int64_t input_rows = 0;
  std::vector<std::int64_t> rows;  ///< n: 0-based input row of each row kept, ascending; empty =
                                   ///< every input row is
  Matrix<float> x;                 ///< n x d
  std::vector<Feature> features;   ///< d
  std::vector<float> weights;      ///< n, positive or zero; empty = all 1
  std::vector<IdColumn> ids;
  Notices notices;  ///< every decision taken on the way from the table, whose own are not repeated
  std::vector<Derivation> derivations;  ///< those that compute more than elapsed time

  [[nodiscard]] std::int64_t kept_rows() const {
    return rows.empty() ? input_rows : static_cast<std::int64_t>(rows.size());
  }
  /// \param i  in [0, kept_rows())
  [[nodiscard]] std::int64_t input_row(std::int64_t i) const {
    return rows.empty() ? i : rows[static_cast<std::size_t>(i)];
  }
  /// The first kept row whose input row is `row` or comes after it; kept_rows() where none does.
  [[nodiscard]] std::int64_t first_kept_from(std::int64_t row) const {
    return rows.empty() ? row : std::lower_bound(rows.begin(), rows.end(), row) - rows.begin();
  }
};

/// Applies column encodings, derivations, missing policies and [features]; [correlation] drops come
/// later, but their names are checked here. Features come in the table's order, a column's
/// indicators in its place, derived ones last. Statistics that fill or standardize are over all
/// input rows with a value and without weights; a block of indicators is filled as one answer, its
/// most frequent one for median and mode. Columns that the recipe says nothing about become
/// features by their type, except identifiers, row numbers, free text, constants and columns
/// without a value.
/// \throws UsageError for a name the table does not have, DataError for cells that cannot be
/// encoded, values that do not fit float32, and when no row or no feature is left
[[nodiscard]] FeatureMatrix build_features(const Table& table, const Recipe& recipe,
                                           ThreadPool& pool);
/// The same on the calling thread alone.
[[nodiscard]] FeatureMatrix build_features(const Table& table, const Recipe& recipe);

/// The matrix without the named features, which must be there.
[[nodiscard]] FeatureMatrix without_features(FeatureMatrix features,
                                             const std::vector<std::string>& names,
                                             ThreadPool& pool);

/// A bare matrix (an .npy file) as features named x0, x1, ...
[[nodiscard]] FeatureMatrix features_of(Matrix<float> x, const std::string& source);

/// All columns of the file as integer codes, n x m, equal answers equal codes, -1 where missing:
/// for comparing respondents.
[[nodiscard]] Matrix<std::int32_t> answer_codes(const Table& table);

}  // namespace cohort
