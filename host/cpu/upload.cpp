#include <algorithm>

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/column_ranges.hpp"
#include "host/cpu/operations.hpp"

namespace cohort::cpu {

namespace {

// A block at a time: its rows are read once and stay in the cache while they are turned.
void over_rows(std::int64_t rows_in_block, std::int64_t d, const auto& copy) {
  for (std::int64_t j = 0; j < d; ++j)
    for (std::int64_t r = 0; r < rows_in_block; ++r) copy(r, j);
}

}  // namespace

std::unique_ptr<CpuDataSet> upload(MatrixView<const float> x, std::span<const float> weights,
                                   Machine machine) {
  const std::int64_t d = x.cols();
  auto data = std::make_unique<CpuDataSet>(x.rows(), d);
  if (!weights.empty()) {
    data->weights.assign(static_cast<std::size_t>(data->blocks() * kBlock), 0.0F);
    std::copy(weights.begin(), weights.end(), data->weights.begin());
  }
  RangeSearch ranges(*data, machine);
  over_blocks(machine.pool, data->blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    over_cached_pieces(first, last, d, [&](std::int64_t piece, std::int64_t count) {
      for (std::int64_t b = piece; b < piece + count; ++b) {
        const float* from = x.data() + b * kBlock * d;
        float* to = data->block(b);
        over_rows(data->rows_in(b), d,
                  [&](std::int64_t r, std::int64_t j) { to[j * kBlock + r] = from[r * d + j]; });
      }
      ranges.see(piece, piece + count, worker);
    });
  });
  data->ranges = ranges.found();
  return data;
}

Matrix<float> download(const CpuDataSet& data, Machine machine) {
  const std::int64_t d = data.features();
  Matrix<float> x = Matrix<float>::untouched(data.rows(), d);
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int) {
    for (std::int64_t b = first; b < last; ++b) {
      const float* from = data.block(b);
      float* to = x.data() + b * kBlock * d;
      over_rows(data.rows_in(b), d,
                [&](std::int64_t r, std::int64_t j) { to[r * d + j] = from[j * kBlock + r]; });
    }
  });
  return x;
}

}  // namespace cohort::cpu
