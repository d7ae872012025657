#include "host/survey/column_memory.hpp"

#include <limits>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

namespace cohort {

namespace {

template <class T>
void take(std::vector<T>& cells, std::int64_t rows, T missing) {
  const auto count = static_cast<std::size_t>(rows);
  std::vector<T>().swap(cells);
  cells.reserve(count);
  prefer_large_pages(cells.data(), count * sizeof(T));
  cells.assign(count, missing);
}

}  // namespace

void take_codes(Column& column, std::int64_t rows) {
  std::vector<double>().swap(column.values);
  take(column.codes, rows, std::int32_t{-1});
}

void take_values(Column& column, std::int64_t rows) {
  std::vector<std::int32_t>().swap(column.codes);
  take(column.values, rows, std::numeric_limits<double>::quiet_NaN());
}

Matrix<float> large_matrix(std::int64_t rows, std::int64_t cols) {
  const auto elements = static_cast<std::size_t>(rows * cols);
  std::vector<float> values;
  values.reserve(elements);
  prefer_large_pages(values.data(), elements * sizeof(float));
  values.resize(elements);
  return {rows, cols, std::move(values)};
}

void prefer_large_pages(void* begin, std::size_t bytes) {
  constexpr std::size_t kWorthwhile = std::size_t{4} << 20;
  if (bytes < kWorthwhile) return;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t from = (reinterpret_cast<std::uintptr_t>(begin) + page - 1) / page * page;
  const std::uintptr_t to = (reinterpret_cast<std::uintptr_t>(begin) + bytes) / page * page;
  // Advice: where it is not taken, pages are small.
  (void)madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE);
}

}  // namespace cohort
