#include "cohort/features.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"
#include "cohort/wording.hpp"

#include "host/survey/column_roles.hpp"
#include "host/survey/derive.hpp"
#include "host/survey/encode.hpp"
#include "host/survey/excerpt.hpp"
#include "host/survey/levels.hpp"
#include "host/survey/missing_policy.hpp"
#include "host/survey/recipe_names.hpp"
#include "host/survey/row_weights.hpp"

namespace cohort {
namespace {

// The columns and derivations that are to be features, in the order features have.
std::vector<EncodedColumn> encoded_columns(const Table& table, const Recipe& recipe,
                                           const std::vector<Role>& roles) {
  std::vector<EncodedColumn> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (roles[i] != Role::feature) continue;
    const Column& column = table.columns[i];
    columns.push_back(
        encode(table, column, section_of(recipe, column.name), recipe.features.missing));
  }
  const Recipe::Features& chosen = recipe.features;
  for (EncodedColumn& column : derive(table, recipe)) {
    const bool kept = chosen.keep.empty() || contains(chosen.keep, column.name);
    if (kept && !contains(chosen.drop, column.name)) columns.push_back(std::move(column));
  }
  return columns;
}

void require_unique(const std::vector<Feature>& features, const std::string& source) {
  std::set<std::string_view> names;
  for (const Feature& feature : features) {
    if (!names.insert(feature.name).second) {
      throw DataError(
          fmt::format("{}: two features would be called '{}'; rename a column or drop "
                      "one under [features] drop",
                      source, feature.name));
    }
  }
}

[[noreturn]] void refuse_value(const Table& table, const Feature& feature, std::int64_t row,
                               double value) {
  const std::string of = feature.name == feature.column
                             ? std::string()
                             : fmt::format(", computed from '{}'", feature.column);
  throw DataError(fmt::format(
      "{}: '{}'{} is {}, which does not fit a 32-bit number (up to 3.4e38); correct the cell or "
      "drop the column",
      place(table, row, *table.find(feature.column)), feature.name, of, value));
}

// Rows are filled a few at a time, so that a wide matrix is written where the cache holds it.
Matrix<float> assembled(const Table& table, const std::vector<EncodedColumn>& columns,
                        std::span<const std::int64_t> rows, std::span<const Feature> features) {
  constexpr std::int64_t kRowsAtATime = 256;
  std::vector<std::span<const double>> values;
  for (const EncodedColumn& column : columns) {
    for (const EncodedFeature& feature : column.features) values.push_back(feature.values());
  }
  const auto n = static_cast<std::int64_t>(rows.size());
  const auto d = static_cast<std::int64_t>(values.size());
  require_memory(4.0 * static_cast<double>(n) * static_cast<double>(d),
                 fmt::format("a matrix of {} and {}", counted(n, "row"), counted(d, "feature")),
                 "drop columns or sample the rows");
  Matrix<float> x(n, d);
  for (std::int64_t first = 0; first < n; first += kRowsAtATime) {
    const std::int64_t end = std::min(n, first + kRowsAtATime);
    for (std::int64_t j = 0; j < d; ++j) {
      for (std::int64_t i = first; i < end; ++i) {
        const std::int64_t row = rows[static_cast<std::size_t>(i)];
        const double value = values[static_cast<std::size_t>(j)][static_cast<std::size_t>(row)];
        x(i, j) = static_cast<float>(value);
        if (!std::isfinite(x(i, j))) {
          refuse_value(table, features[static_cast<std::size_t>(j)], row, value);
        }
      }
    }
  }
  return x;
}

std::vector<IdColumn> id_columns(const Table& table, const Recipe& recipe) {
  std::vector<IdColumn> ids;
  for (const std::string& name : recipe.features.id) {
    const Column& column = *table.find(name);
    IdColumn id{name, {}};
    for (std::int64_t row = 0; row < table.rows; ++row) id.text.push_back(cell_text(column, row));
    ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace

FeatureMatrix build_features(const Table& table, const Recipe& recipe) {
  if (table.rows == 0) throw DataError(table.source + ": there is no row of data");
  require_names(table, recipe);
  const std::vector<Role> roles = column_roles(table, recipe);

  FeatureMatrix matrix;
  matrix.source = table.source;
  matrix.input_rows = table.rows;
  matrix.notices = role_notices(table, recipe, roles);
  const Column* weights = weight_column(table, recipe);
  std::vector<EncodedColumn> columns = encoded_columns(table, recipe, roles);
  if (columns.empty()) {
    throw DataError(fmt::format(
        "{}: no column is left to be a feature{}{}; name columns under [features] keep, and say "
        "how texts become features in their [columns] sections",
        table.source, matrix.notices.empty() ? "" : ": ",
        matrix.notices.empty() ? "" : matrix.notices.front().text));
  }
  report_other_missing(table, columns, weights, matrix.notices);
  fill_missing(columns, matrix.notices);
  matrix.rows = complete_rows(table, columns, weights, matrix.notices);
  if (weights != nullptr) {
    matrix.weights = row_weights(table, *weights, matrix.rows, matrix.notices);
  }
  for (const EncodedColumn& column : columns) {
    for (const EncodedFeature& feature : column.features) {
      matrix.features.push_back(feature.feature);
    }
  }
  require_unique(matrix.features, table.source);
  require_correlation_names(matrix, recipe);
  matrix.x = assembled(table, columns, matrix.rows, matrix.features);
  if (std::ssize(matrix.rows) == table.rows) matrix.rows.clear();
  matrix.ids = id_columns(table, recipe);
  return matrix;
}

Matrix<std::int32_t> answer_codes(const Table& table) {
  const auto columns = static_cast<std::int64_t>(table.columns.size());
  require_memory(4.0 * static_cast<double>(table.rows) * static_cast<double>(columns),
                 "comparing respondents", "read fewer columns");
  Matrix<std::int32_t> answers(table.rows, columns);
  for (std::int64_t j = 0; j < columns; ++j) {
    const auto codes = column_codes(table.columns[static_cast<std::size_t>(j)]);
    for (std::int64_t i = 0; i < table.rows; ++i) {
      answers(i, j) = codes[static_cast<std::size_t>(i)];
    }
  }
  return answers;
}

}  // namespace cohort
