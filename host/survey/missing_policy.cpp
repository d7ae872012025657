#include "host/survey/missing_policy.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/wording.hpp"

#include "host/survey/lists.hpp"
#include "host/survey/moments.hpp"

namespace cohort {
namespace {

void fill(EncodedFeature& feature, double with) {
  const auto values = feature.values();
  LargeVector<double> filled(values.begin(), values.end());
  for (double& x : filled) {
    if (std::isnan(x)) x = with;
  }
  feature.owned = std::move(filled);
}

double statistic(MissingPolicy policy, const EncodedFeature& feature, ThreadPool& pool) {
  const auto values = feature.values();
  if (policy == MissingPolicy::mean) return moments_of(values, pool).mean;
  const bool by_mode = policy == MissingPolicy::mode || feature.feature.kind == FeatureKind::codes;
  return by_mode ? mode_of(values) : median_of(values);
}

// A block of indicators is filled as one answer: its most frequent level, or none of them where an
// indicator says that the answer is missing.
void fill_block(EncodedColumn& column, ThreadPool& pool) {
  std::vector<double> with(column.features.size(), 0);
  if (column.policy == MissingPolicy::mean) {
    for (std::size_t j = 0; j < with.size(); ++j) {
      with[j] = statistic(MissingPolicy::mean, column.features[j], pool);
    }
  } else if (column.policy != MissingPolicy::indicator && column.encoding == Encoding::multi) {
    for (std::size_t j = 0; j < with.size(); ++j) {
      with[j] = statistic(MissingPolicy::mode, column.features[j], pool);
    }
  } else if (column.policy != MissingPolicy::indicator) {
    std::vector<double> share;
    for (const EncodedFeature& feature : column.features) {
      share.push_back(moments_of(feature.values(), pool).mean);
    }
    const auto most = std::max_element(share.begin(), share.end()) - share.begin();
    with[static_cast<std::size_t>(most)] = 1;
  }
  for (std::size_t j = 0; j < with.size(); ++j) fill(column.features[j], with[j]);
}

EncodedFeature missing_indicator(const EncodedColumn& column) {
  const EncodedFeature& first = column.features.front();
  EncodedFeature indicator;
  indicator.feature.name = column.name + " (missing)";
  indicator.feature.column = first.feature.column;
  indicator.feature.kind = FeatureKind::indicator;
  indicator.feature.block_weight = first.feature.block_weight;
  for (const double x : first.values()) indicator.owned.push_back(std::isnan(x) ? 1 : 0);
  return indicator;
}

std::string_view words_for(MissingPolicy policy) {
  switch (policy) {
    case MissingPolicy::mean:
      return "filled with the column's mean";
    case MissingPolicy::median:
      return "filled with the column's median";
    case MissingPolicy::mode:
      return "filled with the column's most frequent value";
    case MissingPolicy::indicator:
      return "filled, with an indicator that says where";
    case MissingPolicy::drop_row:
      break;
  }
  return "";
}

std::int64_t count_missing(std::span<const double> values) {
  std::int64_t count = 0;
  for (const double value : values) count += value != value ? 1 : 0;
  return count;
}

void tell(Notices& notices, std::string topic, std::string text) {
  notices.push_back({Notice::Level::decision, std::move(topic), std::move(text)});
}

}  // namespace

std::int64_t count_missing(const EncodedColumn& column) {
  return column.level_of_row.empty()
             ? count_missing(column.features.front().values())
             : std::count(column.level_of_row.begin(), column.level_of_row.end(), -1);
}

void fill_missing(std::vector<EncodedColumn>& columns, ThreadPool& pool, Notices& notices) {
  std::map<MissingPolicy, std::vector<std::string>> filled;
  for (EncodedColumn& column : columns) {
    const std::int64_t missing = column.missing;
    if (missing == 0 || column.policy == MissingPolicy::drop_row) continue;
    spread(column);
    const bool is_block = column.features.front().feature.kind == FeatureKind::indicator;
    EncodedFeature indicator = missing_indicator(column);
    std::string told = fmt::format("{} {}", column.name, thousands(missing));
    if (is_block) {
      fill_block(column, pool);
    } else {
      const double with = statistic(column.policy, column.features.front(), pool);
      fill(column.features.front(), with);
      told += fmt::format(" ({:.6g})", with);
    }
    column.missing = count_missing(column);
    if (column.policy == MissingPolicy::indicator) column.features.push_back(std::move(indicator));
    filled[column.policy].push_back(std::move(told));
  }
  for (const auto& [policy, told] : filled) {
    tell(notices, "missing", fmt::format("missing cells {}: {}", words_for(policy), listed(told)));
  }
}

std::vector<std::int64_t> complete_rows(const Table& table,
                                        const std::vector<EncodedColumn>& columns,
                                        const Column* weights, Notices& notices) {
  std::vector<bool> complete(static_cast<std::size_t>(table.rows), true);
  std::vector<std::string> reasons;
  const auto require = [&](const auto& column, std::int64_t missing) {
    if (missing == 0) return;
    reasons.push_back(fmt::format("{} missing in {}", column.name, thousands(missing)));
    for (std::int64_t row = 0; row < table.rows; ++row) {
      if (column.is_missing(row)) complete[static_cast<std::size_t>(row)] = false;
    }
  };
  for (const EncodedColumn& column : columns) require(column, column.missing);
  if (weights != nullptr) require(*weights, weights->missing);
  if (reasons.empty()) return {};
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < table.rows; ++row) {
    if (complete[static_cast<std::size_t>(row)]) rows.push_back(row);
  }
  if (rows.empty()) {
    throw DataError(fmt::format(
        "{}: no row is complete: {}; drop such columns under [features] drop, or fill their cells "
        "with [features] missing = \"median\"",
        table.source, listed(reasons)));
  }
  const std::int64_t dropped = table.rows - static_cast<std::int64_t>(rows.size());
  if (dropped > 0) {
    tell(notices, "rows-dropped",
         fmt::format("dropped {} of {}: {}", thousands(dropped), counted(table.rows, "row"),
                     listed(reasons)));
  }
  return rows;
}

void report_other_missing(const Table& table, const std::vector<EncodedColumn>& columns,
                          const Column* weights, Notices& notices) {
  std::vector<std::string> coded, unused;
  for (const Column& column : table.columns) {
    if (column.missing == 0 || &column == weights) continue;
    const auto own = std::find_if(columns.begin(), columns.end(), [&](const EncodedColumn& other) {
      return other.features.front().feature.column == column.name;
    });
    if (own == columns.end()) {
      unused.push_back(fmt::format("{} {}", column.name, thousands(column.missing)));
      continue;
    }
    const auto& levels = own->features.front().feature.levels;
    if (own->encoding == Encoding::codes && levels.front().empty()) {
      coded.push_back(fmt::format("{}: {}", column.name, counted(column.missing, "missing value")));
    }
  }
  if (!coded.empty()) tell(notices, "missing", listed(coded) + ", coded as 1");
  if (!unused.empty()) {
    tell(notices, "missing", "missing cells in columns that are no features: " + listed(unused));
  }
}

}  // namespace cohort
