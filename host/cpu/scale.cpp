#include "cohort/scale.hpp"

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

struct ScaleBlocks {
  template <int W>
  [[gnu::always_inline]] static void run(const CpuDataSet* from, CpuDataSet* to, std::int64_t first,
                                         std::int64_t last, const double* center,
                                         const double* scale) {
    for (std::int64_t b = first; b < last; ++b) {
      const float* __restrict x = from->block(b);
      float* __restrict z = to->block(b);
      for (std::int64_t j = 0; j < from->features(); ++j) {
        const double middle = center[j];
        const double unit = scale[j];
        for (std::int64_t l = 0; l < kBlock; ++l)
          z[j * kBlock + l] = scaled(x[j * kBlock + l], middle, unit);
      }
    }
  }
};

}  // namespace

std::unique_ptr<CpuDataSet> scale(const CpuDataSet& data, const Scaling& scaling, Machine machine) {
  auto result = std::make_unique<CpuDataSet>(data.rows(), data.features());
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int) {
    dispatch<ScaleBlocks>(machine.isa, &data, result.get(), first, last, scaling.center.data(),
                          scaling.scale.data());
  });
  const std::int64_t end = data.blocks() * kBlock;
  for (std::int64_t i = data.rows(); i < end; ++i) {
    for (std::int64_t j = 0; j < data.features(); ++j) result->at(i, j) = 0;
  }
  result->weights = data.weights;
  result->counted = data.counted;
  return result;
}

}  // namespace cohort::cpu
