#include "cohort/synthetic.hpp"

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/operations.hpp"

namespace cohort::cpu {

std::unique_ptr<CpuDataSet> synthetic(const SyntheticRows& rows, Machine machine) {
  auto data = std::make_unique<CpuDataSet>(rows.rows, rows.features);
  over_blocks(machine.pool, data->blocks(), [&](std::int64_t first, std::int64_t last, int) {
    for (std::int64_t b = first; b < last; ++b)
      for (std::int64_t j = 0; j < rows.features; ++j)
        for (std::int64_t r = 0; r < data->rows_in(b); ++r)
          data->block(b)[j * kBlock + r] = synthetic_value(rows, b * kBlock + r, j);
  });
  return data;
}

}  // namespace cohort::cpu
