#include "host/survey/column_memory.hpp"

#include <algorithm>
#include <limits>

namespace cohort {

namespace {

constexpr std::int32_t kNoCode = -1;
constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void take_codes(Column& column, std::int64_t rows) {
  column.values = {};
  column.codes = LargeVector<std::int32_t>(static_cast<std::size_t>(rows));
}

void take_values(Column& column, std::int64_t rows) {
  column.codes = {};
  column.values = LargeVector<double>(static_cast<std::size_t>(rows));
}

void set_missing(Column& column, std::size_t row) {
  if (!column.values.empty()) column.values[row] = kNoValue;
  if (!column.codes.empty()) column.codes[row] = kNoCode;
}

void set_missing(Column& column) {
  std::fill(column.values.begin(), column.values.end(), kNoValue);
  std::fill(column.codes.begin(), column.codes.end(), kNoCode);
}

}  // namespace cohort
