#include "cohort/features.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"
#include "cohort/wording.hpp"

#include "host/survey/chunks.hpp"
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
                                           const std::vector<Role>& roles, ThreadPool& pool) {
  std::vector<const Column*> chosen_columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (roles[i] == Role::feature) chosen_columns.push_back(&table.columns[i]);
  }
  std::vector<EncodedColumn> columns(chosen_columns.size());
  run_in_order(pool, std::ssize(columns), [&](std::int64_t i, int) {
    const Column& column = *chosen_columns[static_cast<std::size_t>(i)];
    columns[static_cast<std::size_t>(i)] =
        encode(table, column, section_of(recipe, column.name), recipe.features.missing);
  });
  const Recipe::Features& chosen = recipe.features;
  for (EncodedColumn& column : derive(table, recipe, pool)) {
    const bool kept = chosen.keep.empty() || contains(chosen.keep, column.name);
    if (kept && !contains(chosen.drop, column.name)) columns.push_back(std::move(column));
  }
  pool.run(std::ssize(columns), [&](std::int64_t i, int) {
    EncodedColumn& column = columns[static_cast<std::size_t>(i)];
    column.missing = count_missing(column);
  });
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

// Writes the features' values into some rows of x, a few rows at a time, so that a wide matrix is
// written where the cache holds it.
class RowWriter {
 public:
  RowWriter(const Table& table, const std::vector<EncodedColumn>& columns,
            std::span<const std::int64_t> rows, MatrixView<float> x)
      : table_(table), rows_(rows), x_(x) {
    for (const EncodedColumn& column : columns) {
      parts_.push_back({&column, features_});
      features_ += std::ssize(column.features);
    }
  }

  void write(std::int64_t begin, std::int64_t end) const {
    constexpr std::int64_t kRowsAtATime = 256;
    for (std::int64_t first = begin; first < end; first += kRowsAtATime) {
      const std::int64_t last = std::min(end, first + kRowsAtATime);
      for (const Part& part : parts_) {
        if (!part.column->level_of_row.empty()) {
          write_levels(part, first, last);
          continue;
        }
        for (std::int64_t j = 0; j < std::ssize(part.column->features); ++j) {
          write_feature(part.column->features[static_cast<std::size_t>(j)], part.first + j, first,
                        last);
        }
      }
    }
  }

 private:
  struct Part {
    const EncodedColumn* column;
    std::int64_t first;  // of its features
  };

  // Rows that are kept have a level.
  void write_levels(const Part& part, std::int64_t first, std::int64_t end) const {
    for (std::int64_t i = first; i < end; ++i) {
      float* const indicators = &x_(i, part.first);
      std::fill_n(indicators, part.column->features.size(), 0.0F);
      indicators[part.column->level_of_row[static_cast<std::size_t>(row_of(i))]] = 1;
    }
  }

  void write_feature(const EncodedFeature& feature, std::int64_t j, std::int64_t first,
                     std::int64_t end) const {
    const std::span<const double> values = feature.values();
    float largest = 0;
    for (std::int64_t i = first; i < end; ++i) {
      const auto value = static_cast<float>(values[static_cast<std::size_t>(row_of(i))]);
      x_(i, j) = value;
      // Not a number stays one, for it is not less than anything.
      largest = std::abs(value) < largest ? largest : std::abs(value);
      if (!(largest <= std::numeric_limits<float>::max())) refuse(feature, row_of(i));
    }
  }

  [[nodiscard]] std::int64_t row_of(std::int64_t i) const {
    return rows_.empty() ? i : rows_[static_cast<std::size_t>(i)];
  }

  [[noreturn]] void refuse(const EncodedFeature& feature, std::int64_t row) const {
    refuse_value(table_, feature.feature, row, feature.values()[static_cast<std::size_t>(row)]);
  }

  const Table& table_;
  std::vector<Part> parts_;
  std::int64_t features_ = 0;
  std::span<const std::int64_t> rows_;
  MatrixView<float> x_;
};

Matrix<float> assembled(const Table& table, const std::vector<EncodedColumn>& columns,
                        std::span<const std::int64_t> rows, std::int64_t features,
                        ThreadPool& pool) {
  const std::int64_t n = rows.empty() ? table.rows : std::ssize(rows);
  require_memory(
      4.0 * static_cast<double>(n) * static_cast<double>(features),
      fmt::format("a matrix of {} and {}", counted(n, "row"), counted(features, "feature")),
      "drop columns or sample the rows");
  Matrix<float> x = Matrix<float>::untouched(n, features);
  const RowWriter writer(table, columns, rows, x.view());
  over_rows(pool, n, [&](std::int64_t, std::int64_t first, std::int64_t last) {
    writer.write(first, last);
  });
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
  ThreadPool alone(1);
  return build_features(table, recipe, alone);
}

FeatureMatrix build_features(const Table& table, const Recipe& recipe, ThreadPool& pool) {
  if (table.rows == 0) throw DataError(table.source + ": there is no row of data");
  require_names(table, recipe);
  const std::vector<Role> roles = column_roles(table, recipe);

  FeatureMatrix matrix;
  matrix.source = table.source;
  matrix.input_rows = table.rows;
  matrix.notices = role_notices(table, recipe, roles);
  const Column* weights = weight_column(table, recipe);
  std::vector<EncodedColumn> columns = encoded_columns(table, recipe, roles, pool);
  if (columns.empty()) {
    throw DataError(fmt::format(
        "{}: no column is left to be a feature{}{}; name columns under [features] keep, and say "
        "how texts become features in their [columns] sections",
        table.source, matrix.notices.empty() ? "" : ": ",
        matrix.notices.empty() ? "" : matrix.notices.front().text));
  }
  report_other_missing(table, columns, weights, matrix.notices);
  fill_missing(columns, pool, matrix.notices);
  matrix.rows = complete_rows(table, columns, weights, matrix.notices);
  if (weights != nullptr) {
    matrix.weights = row_weights(table, *weights, matrix.rows, matrix.notices);
  }
  for (const EncodedColumn& column : columns) {
    for (const EncodedFeature& feature : column.features) {
      matrix.features.push_back(feature.feature);
    }
    if (column.derivation) matrix.derivations.push_back(*column.derivation);
  }
  require_unique(matrix.features, table.source);
  require_correlation_names(matrix, recipe);
  matrix.x = assembled(table, columns, matrix.rows, std::ssize(matrix.features), pool);
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
