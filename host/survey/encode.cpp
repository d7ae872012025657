#include "host/survey/encode.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"
#include "cohort/wording.hpp"

#include "host/survey/column_roles.hpp"
#include "host/survey/elapsed.hpp"
#include "host/survey/excerpt.hpp"
#include "host/survey/levels.hpp"
#include "host/survey/lists.hpp"
#include "host/survey/moments.hpp"

namespace cohort {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

void require_spread_memory(const std::string& column, std::size_t levels, std::size_t rows) {
  require_memory(8.0 * static_cast<double>(levels) * static_cast<double>(rows),
                 fmt::format("spreading column '{}' over {} indicators", column,
                             thousands(static_cast<std::int64_t>(levels))),
                 "declare fewer levels or use encoding = \"codes\"");
}

class Encoder {
 public:
  Encoder(const Table& table, const Column& column, const ColumnRecipe* section)
      : table_(table), column_(column) {
    if (section != nullptr) section_ = *section;
  }

  std::vector<EncodedFeature> numbers() const {
    for (std::int64_t row = 0; row < table_.rows; ++row) {
      if (std::isinf(column_.values[static_cast<std::size_t>(row)])) refuse_infinity(row);
    }
    const FeatureKind kind =
        column_.type == ColumnType::boolean ? FeatureKind::boolean : FeatureKind::number;
    if (!section_.reverse) return {{plain(column_.name, kind), column_.values, {}}};
    Range range = range_of(column_.values);
    if (kind == FeatureKind::boolean) range = {0, 1, range.count};
    LargeVector<double> reversed = column_.values;
    for (double& x : reversed) x = range.minimum + (range.maximum - x);
    return owning(plain(column_.name, kind), std::move(reversed));
  }

  std::vector<EncodedFeature> hours() const {
    ThreadPool alone(1);
    LargeVector<double> hours = column_.values;
    to_elapsed(hours, "hours", alone);
    return owning(plain(column_.name, FeatureKind::derived), std::move(hours));
  }

  std::vector<EncodedFeature> codes() const {
    const CodedCells cells = declared_cells(true);
    const bool missing_is_a_code = column_.missing > 0 && !section_.missing;
    Feature feature = plain(column_.name, FeatureKind::codes);
    if (missing_is_a_code) feature.levels.emplace_back();
    feature.levels.insert(feature.levels.end(), cells.levels.begin(), cells.levels.end());
    const int first = missing_is_a_code ? 2 : 1;
    return owning(std::move(feature), values_of(cells.codes, [=](std::int32_t code) {
                    return code >= 0 ? code + first : missing_is_a_code ? 1 : kMissing;
                  }));
  }

  std::vector<EncodedFeature> ordinal() const {
    const CodedCells cells = declared_cells(false);
    Feature feature = plain(column_.name, FeatureKind::ordinal);
    feature.levels = cells.levels;
    const auto count = static_cast<std::int32_t>(cells.levels.size());
    if (section_.reverse) std::reverse(feature.levels.begin(), feature.levels.end());
    const bool reverse = section_.reverse;
    return owning(std::move(feature), values_of(cells.codes, [=](std::int32_t code) {
                    return code < 0 ? kMissing : reverse ? count - code : code + 1;
                  }));
  }

  std::vector<EncodedFeature> one_hot(LargeVector<std::int32_t>& level_of_row) const {
    CodedCells cells = declared_cells(false);
    std::vector<EncodedFeature> features;
    for (const std::string& level : cells.levels) {
      features.push_back({indicator(level, cells.levels.size()), {}, {}});
    }
    level_of_row = std::move(cells.codes);
    return features;
  }

  std::vector<EncodedFeature> multi() const {
    const CodedCells cells = coded_cells(column_);
    std::vector<std::string> parts = section_.levels;
    if (parts.empty()) {
      for (const std::string& cell : cells.levels) {
        const auto of_cell = parts_of(cell);
        parts.insert(parts.end(), of_cell.begin(), of_cell.end());
      }
      std::sort(parts.begin(), parts.end());
      parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    }
    if (parts.empty()) {
      throw DataError(
          fmt::format("{}: no cell of column '{}' has an answer between separators '{}'",
                      table_.source, column_.name, section_.separator));
    }
    std::map<std::string_view, std::int32_t> position;
    for (const std::string& part : parts) {
      position.emplace(part, static_cast<std::int32_t>(position.size()));
    }
    std::vector<std::vector<std::int32_t>> picked(cells.levels.size());
    for (std::size_t cell = 0; cell < cells.levels.size(); ++cell) {
      for (const std::string& part : parts_of(cells.levels[cell])) {
        const auto found = position.find(part);
        if (found == position.end()) refuse_level(part, cells, static_cast<std::int32_t>(cell));
        picked[cell].push_back(found->second);
      }
    }
    return indicators(parts, cells.codes, picked);
  }

 private:
  Feature plain(const std::string& name, FeatureKind kind) const {
    Feature feature;
    feature.name = name;
    feature.column = column_.name;
    feature.kind = kind;
    return feature;
  }

  Feature indicator(const std::string& level, std::size_t levels) const {
    Feature feature = plain(fmt::format("{}={}", column_.name, level), FeatureKind::indicator);
    feature.block_weight = 1 / std::sqrt(static_cast<double>(levels));
    return feature;
  }

  template <class Value>
  static LargeVector<double> values_of(std::span<const std::int32_t> codes, const Value& value) {
    LargeVector<double> values(codes.size());
    std::transform(codes.begin(), codes.end(), values.begin(), value);
    return values;
  }

  static std::vector<EncodedFeature> owning(Feature feature, LargeVector<double> values) {
    std::vector<EncodedFeature> one;
    one.push_back({std::move(feature), {}, std::move(values)});
    return one;
  }

  // The cells coded by the declared levels, or by those found where none are declared.
  CodedCells declared_cells(bool sorted) const {
    CodedCells cells = coded_cells(column_);
    if (section_.levels.empty()) return cells;
    std::vector<std::string> declared = section_.levels;
    if (sorted) std::sort(declared.begin(), declared.end());
    std::vector<std::int32_t> position;
    for (std::size_t found = 0; found < cells.levels.size(); ++found) {
      const auto at = std::find(declared.begin(), declared.end(), cells.levels[found]);
      if (at == declared.end()) {
        refuse_level(cells.levels[found], cells, static_cast<std::int32_t>(found));
      }
      position.push_back(static_cast<std::int32_t>(at - declared.begin()));
    }
    for (std::int32_t& code : cells.codes) {
      if (code >= 0) code = position[static_cast<std::size_t>(code)];
    }
    cells.levels = std::move(declared);
    return cells;
  }

  std::vector<std::string> parts_of(std::string_view cell) const {
    std::vector<std::string> parts;
    while (true) {
      const std::size_t end = cell.find(section_.separator);
      std::string_view part = cell.substr(0, end);
      const std::size_t first = part.find_first_not_of(" \t");
      if (first != std::string_view::npos) {
        parts.emplace_back(part.substr(first, part.find_last_not_of(" \t") - first + 1));
      }
      if (end == std::string_view::npos) return parts;
      cell.remove_prefix(end + section_.separator.size());
    }
  }

  // \param picked  for each distinct cell the indicators that are 1
  std::vector<EncodedFeature> indicators(
      const std::vector<std::string>& levels, std::span<const std::int32_t> cells,
      const std::vector<std::vector<std::int32_t>>& picked) const {
    require_spread_memory(column_.name, levels.size(), cells.size());
    std::vector<EncodedFeature> features;
    for (const std::string& level : levels) {
      features.push_back(
          {indicator(level, levels.size()), {}, LargeVector<double>(cells.size(), 0.0)});
    }
    for (std::size_t row = 0; row < cells.size(); ++row) {
      if (cells[row] < 0) {
        for (EncodedFeature& feature : features) feature.owned[row] = kMissing;
      } else {
        for (const std::int32_t level : picked[static_cast<std::size_t>(cells[row])]) {
          features[static_cast<std::size_t>(level)].owned[row] = 1;
        }
      }
    }
    return features;
  }

  [[noreturn]] void refuse_level(const std::string& level, const CodedCells& cells,
                                 std::int32_t code) const {
    const auto row = std::find(cells.codes.begin(), cells.codes.end(), code) - cells.codes.begin();
    throw DataError(fmt::format(
        "{}: '{}' in column '{}' is not among the levels that the recipe declares ({}){}",
        place(table_, row, column_), level, column_.name, section_.where,
        did_you_mean(level, section_.levels)));
  }

  [[noreturn]] void refuse_infinity(std::int64_t row) const {
    throw DataError(
        fmt::format("{}: column '{}' is infinite; declare the cell as missing or correct it",
                    place(table_, row, column_), column_.name));
  }

  const Table& table_;
  const Column& column_;
  ColumnRecipe section_;
};

std::vector<EncodedFeature> features_by(const Column& column, const Encoder& encoder,
                                        EncodedColumn& encoded) {
  switch (encoded.encoding) {
    case Encoding::codes:
      return encoder.codes();
    case Encoding::ordinal:
      return encoder.ordinal();
    case Encoding::one_hot:
      return encoder.one_hot(encoded.level_of_row);
    case Encoding::multi:
      return encoder.multi();
    case Encoding::automatic:
      break;
  }
  return column.type == ColumnType::datetime ? encoder.hours() : encoder.numbers();
}

void refuse_contradictions(const Column& column, const ColumnRecipe& section, Encoding encoding) {
  const bool is_number = column.type == ColumnType::number || column.type == ColumnType::boolean;
  const bool has_order =
      encoding == Encoding::ordinal || (encoding == Encoding::automatic && is_number);
  if (section.reverse && !has_order) {
    throw UsageError(fmt::format(
        "{}: column '{}' cannot be reversed: it is neither a number nor encoded as \"ordinal\"",
        section.where, column.name));
  }
  const bool averages =
      section.missing == MissingPolicy::mean || section.missing == MissingPolicy::median;
  if (averages && encoding == Encoding::codes) {
    throw UsageError(fmt::format(
        "{}: the codes of column '{}' have no mean or median; its missing can be \"mode\", "
        "\"indicator\" or \"drop-row\"",
        section.where, column.name));
  }
}

}  // namespace

EncodedColumn encode(const Table& table, const Column& column, const ColumnRecipe* section,
                     MissingPolicy otherwise) {
  EncodedColumn encoded;
  encoded.name = column.name;
  encoded.encoding = encoding_of(column, section);
  encoded.policy = section != nullptr && section->missing ? *section->missing : otherwise;
  if (section != nullptr) refuse_contradictions(column, *section, encoded.encoding);
  encoded.features = features_by(column, Encoder(table, column, section), encoded);
  return encoded;
}

void spread(EncodedColumn& column) {
  const LargeVector<std::int32_t> levels = std::exchange(column.level_of_row, {});
  if (levels.empty()) return;
  require_spread_memory(column.name, column.features.size(), levels.size());
  for (std::size_t j = 0; j < column.features.size(); ++j) {
    LargeVector<double>& values = column.features[j].owned;
    values.resize(levels.size());
    std::transform(levels.begin(), levels.end(), values.begin(), [j](std::int32_t level) {
      return level < 0 ? kMissing : static_cast<std::size_t>(level) == j ? 1.0 : 0.0;
    });
  }
}

}  // namespace cohort
