#include "host/survey/row_weights.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/wording.hpp"

#include "host/survey/excerpt.hpp"
#include "host/survey/recipe_names.hpp"

namespace cohort {

const Column* weight_column(const Table& table, const Recipe& recipe) {
  const std::string& name = recipe.features.weight;
  if (name.empty()) return nullptr;
  const Column& column = *table.find(name);
  const std::string place = place_of(recipe, name);
  if (column.is_coded() || column.type == ColumnType::datetime) {
    throw DataError(fmt::format("{}the weights '{}' must be numbers, and the column is a {}", place,
                                name, name_of(column.type)));
  }
  for (std::int64_t row = 0; row < table.rows; ++row) {
    const double weight = column.values[static_cast<std::size_t>(row)];
    if (weight < 0 || weight > std::numeric_limits<float>::max()) {
      throw DataError(
          fmt::format("{}: column '{}' gives the weight {}; weights are numbers from 0 to 3.4e38",
                      cohort::place(table, row, column), name, weight));
    }
  }
  return &column;
}

std::vector<float> row_weights(const Table& table, const Column& column,
                               std::span<const std::int64_t> rows, Notices& notices) {
  std::vector<float> weights;
  weights.reserve(rows.empty() ? column.values.size() : rows.size());
  if (rows.empty()) {
    for (const double weight : column.values) weights.push_back(static_cast<float>(weight));
  }
  for (const std::int64_t row : rows) {
    weights.push_back(static_cast<float>(column.values[static_cast<std::size_t>(row)]));
  }
  const std::int64_t zero = std::count(weights.begin(), weights.end(), 0.0F);
  if (zero == static_cast<std::int64_t>(weights.size())) {
    throw DataError(fmt::format("{}: every weight in column '{}' is zero; nothing would count",
                                table.source, column.name));
  }
  if (zero > 0) {
    notices.push_back({Notice::Level::decision, "weights",
                       fmt::format("{} with weight zero in '{}': kept, without influence",
                                   counted(zero, "row"), column.name)});
  }
  return weights;
}

}  // namespace cohort
