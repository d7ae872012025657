#include "host/report/html/row_sample.hpp"

#include <algorithm>
#include <numeric>

namespace cohort::report {
namespace {

/// splitmix64's finish.
std::uint64_t stretch_hash(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

/// Where stretch i of `most` begins, rows being at most 2^63 / most apart.
std::int64_t stretch_begin(std::int64_t i, std::int64_t rows, std::int64_t most) {
  return rows / most * i + rows % most * i / most;
}

}  // namespace

std::vector<std::int64_t> row_sample(std::int64_t rows, std::int64_t most) {
  std::vector<std::int64_t> sample(static_cast<std::size_t>(std::min(rows, most)));
  std::iota(sample.begin(), sample.end(), 0);
  if (rows <= most) return sample;
  for (std::int64_t& row : sample) {
    const std::int64_t i = row;
    const std::int64_t begin = stretch_begin(i, rows, most);
    const auto length = static_cast<std::uint64_t>(stretch_begin(i + 1, rows, most) - begin);
    row = begin + static_cast<std::int64_t>(stretch_hash(static_cast<std::uint64_t>(i)) % length);
  }
  return sample;
}

}  // namespace cohort::report
