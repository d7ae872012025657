#include "cohort/compare.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cohort/agreement.hpp"
#include "cohort/error.hpp"
#include "cohort/wording.hpp"

namespace cohort {

namespace {

Labelling of_numbers(const Column& column) {
  std::map<double, std::int32_t> number_of;
  for (const double value : column.values)
    if (value == value) number_of.emplace(value, 0);
  Labelling labelling;
  for (auto& [value, number] : number_of) {
    number = static_cast<std::int32_t>(labelling.clusters.size());
    labelling.clusters.push_back(fmt::format("{}", value));
  }
  labelling.labels.reserve(column.values.size());
  for (const double value : column.values)
    labelling.labels.push_back(value == value ? number_of.at(value) : -1);
  return labelling;
}

std::string names_in(const Table& table) {
  std::string names;
  for (const Column& column : table.columns)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
  return names;
}

}  // namespace

Labelling labelling_of(const Table& table, std::string_view name) {
  const Column* column = table.find(name);
  if (column == nullptr)
    throw UsageError(
        fmt::format("{} has no column '{}'; it has {}", table.source, name, names_in(table)));
  if (column->type == ColumnType::datetime)
    throw DataError(fmt::format("{}: column '{}' holds datetimes, no labels", table.source, name));
  Labelling labelling =
      column->is_coded()
          ? Labelling{{}, column->levels, {column->codes.begin(), column->codes.end()}}
          : of_numbers(*column);
  labelling.source = fmt::format("{}, {}", table.source, name);
  return labelling;
}

Comparison compare(Labelling a, Labelling b) {
  if (a.labels.size() != b.labels.size())
    throw DataError(fmt::format(
        "two labellings of the same rows are compared: {} has {}, {} has {}", a.source,
        counted(std::ssize(a.labels), "row"), b.source, counted(std::ssize(b.labels), "row")));
  Comparison comparison;
  for (std::size_t i = 0; i < a.labels.size(); ++i) {
    comparison.rows += a.labels[i] >= 0 && b.labels[i] >= 0 ? 1 : 0;
    comparison.only_a += a.labels[i] >= 0 && b.labels[i] < 0 ? 1 : 0;
    comparison.only_b += a.labels[i] < 0 && b.labels[i] >= 0 ? 1 : 0;
  }
  if (comparison.rows == 0)
    throw DataError(fmt::format("no row has a label in both {} and {}", a.source, b.source));
  comparison.contingency = contingency(a.labels, b.labels);
  comparison.adjusted_rand_index = adjusted_rand_index(comparison.contingency);
  comparison.normalized_mutual_info = normalized_mutual_info(comparison.contingency);
  comparison.partner = best_partners(comparison.contingency);
  comparison.moved = comparison.rows;
  for (std::int64_t c = 0; c < comparison.contingency.rows(); ++c) {
    const std::int32_t partner = comparison.partner[static_cast<std::size_t>(c)];
    if (partner >= 0) comparison.moved -= comparison.contingency(c, partner);
  }
  comparison.a = std::move(a);
  comparison.b = std::move(b);
  return comparison;
}

}  // namespace cohort
