#include "host/survey/column_recipe.hpp"

#include <algorithm>

#include "cohort/error.hpp"

namespace cohort {
namespace {

void refuse_contradictions(const TomlSection& section, const ColumnRecipe& column) {
  const auto contradict = [&](std::string_view key, std::string_view what) {
    throw UsageError(
        fmt::format("{}: {} in [columns.{}] {}", section.where(key), key, column.name, what));
  };
  const bool is_number = column.type == ColumnType::number || column.type == ColumnType::boolean;
  const bool is_datetime = column.type == ColumnType::datetime || !column.format.empty();
  const bool encoded = column.encoding != Encoding::automatic;
  const bool is_multi = column.encoding == Encoding::multi;
  if (!column.format.empty() && column.type && column.type != ColumnType::datetime) {
    contradict("format", "is for columns of type \"datetime\"");
  }
  if (is_datetime && encoded) {
    contradict("encoding",
               "cannot be given for a datetime, which becomes hours elapsed; [[derive]] "
               "computes other things from it");
  }
  if (column.encoding == Encoding::ordinal && column.levels.empty()) {
    contradict("encoding", "\"ordinal\" needs levels = [\"lowest\", ..., \"highest\"]");
  }
  if (!column.levels.empty() && !encoded && (is_number || is_datetime)) {
    contradict("levels", "need an encoding: \"ordinal\", \"one-hot\" or \"codes\"");
  }
  std::vector<std::string> sorted = column.levels;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) contradict("levels", fmt::format("name \"{}\" twice", *twice));
  if (is_multi && column.separator.empty()) {
    contradict("encoding",
               "\"multi\" needs the separator of the answers, such as separator = \";\"");
  }
  if (!column.separator.empty() && !is_multi) {
    contradict("separator", "is for encoding = \"multi\"");
  }
  const bool has_order =
      column.encoding == Encoding::automatic || column.encoding == Encoding::ordinal;
  if (column.reverse && (!has_order || is_datetime)) {
    contradict("reverse", "is for numbers, booleans and encoding = \"ordinal\"");
  }
}

}  // namespace

ColumnRecipe read_column_recipe(TomlSection& section, const std::string& name) {
  ColumnRecipe column;
  column.name = name;
  column.where = section.where();
  column.type = section.choice<ColumnType>("type", {{"number", ColumnType::number},
                                                    {"boolean", ColumnType::boolean},
                                                    {"category", ColumnType::category},
                                                    {"datetime", ColumnType::datetime},
                                                    {"text", ColumnType::text}});
  take(column.format, section.text("format"));
  take(column.encoding, section.choice<Encoding>("encoding", {{"codes", Encoding::codes},
                                                              {"ordinal", Encoding::ordinal},
                                                              {"one-hot", Encoding::one_hot},
                                                              {"multi", Encoding::multi}}));
  column.levels = section.texts("levels");
  take(column.reverse, section.truth("reverse"));
  take(column.separator, section.text("separator"));
  column.na = section.texts("na");
  column.missing = read_missing_policy(section);
  section.refuse_the_rest();
  refuse_contradictions(section, column);
  return column;
}

std::optional<MissingPolicy> read_missing_policy(TomlSection& section) {
  return section.choice<MissingPolicy>("missing", {{"drop-row", MissingPolicy::drop_row},
                                                   {"mean", MissingPolicy::mean},
                                                   {"median", MissingPolicy::median},
                                                   {"mode", MissingPolicy::mode},
                                                   {"indicator", MissingPolicy::indicator}});
}

}  // namespace cohort
