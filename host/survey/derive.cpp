#include "host/survey/derive.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/survey/chunks.hpp"
#include "host/survey/column_roles.hpp"
#include "host/survey/derivation.hpp"
#include "host/survey/elapsed.hpp"
#include "host/survey/moments.hpp"
#include "host/survey/recipe_names.hpp"

namespace cohort {
namespace {

// What a derivation starts from.
struct Origin {
  std::string column;  // of the table
  MissingPolicy policy = MissingPolicy::drop_row;
  LargeVector<double> values;
};

LargeVector<double> copy_of(std::span<const double> values, ThreadPool& pool) {
  LargeVector<double> copy(values.size());
  over_rows(pool, std::ssize(values), [&](std::int64_t, std::int64_t first, std::int64_t last) {
    std::copy(values.begin() + first, values.begin() + last, copy.begin() + first);
  });
  return copy;
}

Origin origin_in_table(const Table& table, const Recipe& recipe, const DeriveRecipe& step,
                       ThreadPool& pool) {
  const Column& column = *table.find(step.from);
  const ColumnRecipe* section = section_of(recipe, column.name);
  Origin origin{column.name, recipe.features.missing, {}};
  if (section != nullptr && section->missing) origin.policy = *section->missing;
  if (step.elapsed) {
    if (column.type != ColumnType::datetime) {
      throw UsageError(fmt::format("{}: elapsed needs a datetime, and '{}' is a {}", step.where,
                                   column.name, name_of(column.type)));
    }
    origin.values = copy_of(column.values, pool);
    return origin;
  }
  if (column.type == ColumnType::datetime) {
    throw UsageError(fmt::format("{}: '{}' is a datetime; say elapsed = \"hours\" first",
                                 step.where, column.name));
  }
  const Encoding encoding = encoding_of(column, section);
  if (encoding != Encoding::ordinal && (column.is_coded() || encoding != Encoding::automatic)) {
    throw UsageError(fmt::format(
        "{}: nothing can be computed from '{}', which has no order; declare its levels with "
        "encoding = \"ordinal\", or take a number",
        step.where, column.name));
  }
  const EncodedColumn encoded = encode(table, column, section, recipe.features.missing);
  origin.values = copy_of(encoded.features.front().values(), pool);
  return origin;
}

Origin origin_of(const Table& table, const Recipe& recipe, const DeriveRecipe& step,
                 const std::vector<EncodedColumn>& earlier, ThreadPool& pool) {
  for (const EncodedColumn& derived : earlier) {
    if (derived.name != step.from) continue;
    if (step.elapsed) {
      throw UsageError(
          fmt::format("{}: elapsed needs a datetime, and '{}' is derived", step.where, step.from));
    }
    const EncodedFeature& feature = derived.features.front();
    return {feature.feature.column, derived.policy, copy_of(feature.owned, pool)};
  }
  return origin_in_table(table, recipe, step, pool);
}

// Calls change(x) for each value.
template <class Change>
void change_all(std::span<double> values, ThreadPool& pool, const Change& change) {
  over_rows(pool, std::ssize(values), [&](std::int64_t, std::int64_t first, std::int64_t last) {
    std::for_each(values.begin() + first, values.begin() + last, change);
  });
}

void apply_gaussian(std::span<double> values, double std, ThreadPool& pool) {
  const double height = 1 / (std * std::sqrt(2 * std::numbers::pi));
  change_all(values, pool, [std, height](double& x) {
    const double z = x / std;
    x = std::exp(-z * z / 2) * height;
  });
}

Moments standardize(std::span<double> values, const DeriveRecipe& step, ThreadPool& pool) {
  const Moments moments = moments_of(values, pool);
  if (!(moments.deviation > 0) || !std::isfinite(moments.deviation)) {
    throw DataError(fmt::format("{}: '{}' cannot be standardized: its standard deviation is {}",
                                step.where, step.name, moments.deviation));
  }
  change_all(values, pool, [&moments](double& x) { x = (x - moments.mean) / moments.deviation; });
  return moments;
}

EncodedColumn derived(const DeriveRecipe& step, Origin origin, ThreadPool& pool) {
  if (range_of(origin.values, pool).count == 0) {
    throw DataError(fmt::format("{}: '{}' cannot be derived: '{}' has no value in any row",
                                step.where, step.name, step.from));
  }
  const std::span<double> values = origin.values;
  if (step.elapsed) to_elapsed(values, *step.elapsed, pool);
  const bool computed = step.gaussian_std || step.standardize;
  std::optional<Derivation> derivation;
  if (computed) derivation = derivation_from(step, values, pool);
  if (step.gaussian_std) apply_gaussian(values, *step.gaussian_std, pool);
  if (step.standardize) {
    const Moments moments = standardize(values, step, pool);
    derivation->mean = moments.mean;
    derivation->deviation = moments.deviation;
  }

  EncodedFeature feature;
  feature.feature.name = step.name;
  feature.feature.column = origin.column;
  feature.feature.kind = FeatureKind::derived;
  feature.owned = std::move(origin.values);
  EncodedColumn column;
  column.name = step.name;
  column.policy = origin.policy;
  column.derivation = std::move(derivation);
  column.features.push_back(std::move(feature));
  return column;
}

}  // namespace

std::vector<EncodedColumn> derive(const Table& table, const Recipe& recipe, ThreadPool& pool) {
  std::vector<EncodedColumn> columns;
  for (const DeriveRecipe& step : recipe.derive) {
    columns.push_back(derived(step, origin_of(table, recipe, step, columns, pool), pool));
  }
  return columns;
}

}  // namespace cohort
