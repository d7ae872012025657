#include "host/survey/header.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/survey/datetime.hpp"
#include "host/survey/excerpt.hpp"
#include "host/survey/numbers.hpp"

namespace cohort {

namespace {

bool is_date(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  const auto& candidates = datetime_candidates();
  return std::any_of(candidates.begin(), candidates.end(), [&](const DateTimeCandidate& candidate) {
    return candidate.format.parse(text).has_value();
  });
}

bool is_text(std::string_view cell, char decimal) {
  return !looks_like_number(cell, decimal) && !is_date(cell);
}

bool holds_no_text(std::span<const SampleRecord> below, std::size_t column,
                   const MissingTokens& missing, char decimal) {
  bool holds_any = false;
  for (const SampleRecord& record : below) {
    if (column >= record.cells.size() || missing.contains(record.cells[column])) continue;
    if (is_text(record.cells[column], decimal)) return false;
    holds_any = true;
  }
  return holds_any;
}

bool recurs(const std::vector<std::string>& header, std::span<const SampleRecord> below) {
  return std::any_of(below.begin(), below.end(), [&](const SampleRecord& record) {
    for (std::size_t j = 0; j < std::min(header.size(), record.cells.size()); ++j) {
      if (!header[j].empty() && header[j] == record.cells[j]) return true;
    }
    return false;
  });
}

}  // namespace

bool looks_like_header(std::span<const SampleRecord> records, const MissingTokens& missing,
                       char decimal) {
  const std::vector<std::string>& first = records.front().cells;
  const std::span<const SampleRecord> below = records.subspan(1);
  for (const std::string& cell : first) {
    if (!is_text(cell, decimal)) return false;
  }
  for (std::size_t j = 0; j < first.size(); ++j) {
    if (!first[j].empty() && holds_no_text(below, j, missing, decimal)) return true;
  }
  std::unordered_set<std::string_view> distinct(first.begin(), first.end());
  return distinct.size() == first.size() && !recurs(first, below);
}

std::vector<std::string> column_names(std::vector<std::string> header, Notices& notices) {
  for (std::string& name : header) {
    for (char& byte : name) {
      if (byte == '\n' || byte == '\r') byte = ' ';
    }
  }
  constexpr std::size_t kShown = 5;
  std::vector<std::string> names;
  std::unordered_set<std::string> taken(header.begin(), header.end());
  std::unordered_set<std::string> used;
  std::unordered_map<std::string, int>
      copies;  // so that a name used n times is not tried n^2 times
  std::vector<std::string> changes;
  for (std::size_t j = 0; j < header.size(); ++j) {
    const std::string base = header[j].empty() ? fmt::format("column_{}", j + 1) : header[j];
    std::string name = base;
    while (used.count(name) != 0 || (name != header[j] && taken.count(name) != 0)) {
      name = fmt::format("{}.{}", base, ++copies[base]);
    }
    used.insert(name);
    if (name != header[j]) {
      changes.push_back(fmt::format("{} of column {} is '{}'", excerpt(header[j]), j + 1, name));
    }
    names.push_back(std::move(name));
  }
  if (!changes.empty()) {
    const auto count = static_cast<std::int64_t>(changes.size());
    changes.resize(std::min(changes.size(), kShown));
    notices.push_back(
        {Notice::Level::decision, "column-names",
         fmt::format("{} empty or used twice and changed: {}{}",
                     count == 1 ? "1 column name is" : counted(count, "column name") + " are",
                     fmt::join(changes, ", "),
                     count > static_cast<std::int64_t>(kShown) ? ", ..." : "")});
  }
  return names;
}

std::vector<std::string> numbered_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t j = 1; j <= count; ++j) names.push_back(fmt::format("column_{}", j));
  return names;
}

}  // namespace cohort
