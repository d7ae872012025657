#include "cohort/agreement.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"

namespace cohort {

namespace {

std::int64_t clusters_in(std::span<const std::int32_t> labels) {
  std::int32_t largest = -1;
  for (const std::int32_t label : labels) largest = std::max(largest, label);
  return static_cast<std::int64_t>(largest) + 1;
}

double entropy(const std::vector<double>& sizes, double rows) {
  double sum = 0;
  for (const double size : sizes)
    if (size > 0) sum -= size / rows * std::log(size / rows);
  return sum;
}

}  // namespace

Matrix<std::int64_t> contingency(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  if (a.size() != b.size())
    throw UsageError(fmt::format(
        "two labellings of the same rows are compared; one has {} rows and the other {}", a.size(),
        b.size()));
  const std::int64_t in_a = clusters_in(a);
  const std::int64_t in_b = clusters_in(b);
  require_memory(8.0 * static_cast<double>(in_a) * static_cast<double>(in_b),
                 fmt::format("comparing {} clusters with {}", in_a, in_b),
                 "compare fewer clusters");
  Matrix<std::int64_t> counts(in_a, in_b);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] >= 0 && b[i] >= 0) ++counts(a[i], b[i]);
  }
  return counts;
}

double adjusted_rand_index(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  return adjusted_rand_index(contingency(a, b));
}

double adjusted_rand_index(const Matrix<std::int64_t>& counts) {
  // Ordered pairs of rows, a row with itself among them: below 2^62 for any 32-bit number of rows.
  __int128 together = 0;
  __int128 in_a = 0;
  __int128 in_b = 0;
  __int128 rows = 0;
  std::vector<std::int64_t> columns(static_cast<std::size_t>(counts.cols()));
  for (std::int64_t r = 0; r < counts.rows(); ++r) {
    __int128 row = 0;
    for (std::int64_t c = 0; c < counts.cols(); ++c) {
      const std::int64_t count = counts(r, c);
      together += static_cast<__int128>(count) * count;
      columns[static_cast<std::size_t>(c)] += count;
      row += count;
    }
    in_a += row * row;
    rows += row;
  }
  for (const std::int64_t column : columns) in_b += static_cast<__int128>(column) * column;

  const __int128 both = together - rows;
  const __int128 only_a = in_a - together;
  const __int128 only_b = in_b - together;
  const __int128 neither = rows * rows - in_a - in_b + together;
  if (only_a == 0 && only_b == 0) return 1;
  const __int128 agreement = 2 * (both * neither - only_a * only_b);
  const __int128 expected =
      (both + only_a) * (only_a + neither) + (both + only_b) * (only_b + neither);
  return static_cast<double>(agreement) / static_cast<double>(expected);
}

double normalized_mutual_info(const Matrix<std::int64_t>& counts) {
  std::vector<double> in_a(static_cast<std::size_t>(counts.rows()));
  std::vector<double> in_b(static_cast<std::size_t>(counts.cols()));
  double rows = 0;
  for (std::int64_t a = 0; a < counts.rows(); ++a)
    for (std::int64_t b = 0; b < counts.cols(); ++b) {
      const auto count = static_cast<double>(counts(a, b));
      in_a[static_cast<std::size_t>(a)] += count;
      in_b[static_cast<std::size_t>(b)] += count;
      rows += count;
    }
  double mutual = 0;
  for (std::int64_t a = 0; a < counts.rows(); ++a)
    for (std::int64_t b = 0; b < counts.cols(); ++b) {
      const auto count = static_cast<double>(counts(a, b));
      if (count > 0)
        mutual += count / rows *
                  std::log(count * rows /
                           (in_a[static_cast<std::size_t>(a)] * in_b[static_cast<std::size_t>(b)]));
    }
  const double mean_entropy = (entropy(in_a, rows) + entropy(in_b, rows)) / 2;
  return mean_entropy > 0 ? std::clamp(mutual / mean_entropy, 0.0, 1.0) : 1;
}

}  // namespace cohort
