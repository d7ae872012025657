#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

struct ProjectBlocks {
  template <int W>
  [[gnu::always_inline]] static void run(const CpuDataSet* data, std::int64_t first,
                                         std::int64_t last, const double* mean,
                                         const double* components, std::int64_t p, double* scores) {
    const std::int64_t d = data->features();
    for (std::int64_t b = first; b < last; ++b) {
      const float* __restrict x = data->block(b);
      for (std::int64_t c = 0; c < p; ++c) {
        double score[kBlock] = {};
        for (std::int64_t j = 0; j < d; ++j) {
          const double loading = components[c * d + j];
          for (std::int64_t l = 0; l < kBlock; ++l)
            score[l] =
                __builtin_fma(static_cast<double>(x[j * kBlock + l]) - mean[j], loading, score[l]);
        }
        for (std::int64_t l = 0; l < data->rows_in(b); ++l)
          scores[(b * kBlock + l) * p + c] = score[l];
      }
    }
  }
};

}  // namespace

Matrix<double> project(const CpuDataSet& data, std::span<const double> mean,
                       const Matrix<double>& components, Machine machine) {
  Matrix<double> scores = Matrix<double>::untouched(data.rows(), components.rows());
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int) {
    dispatch<ProjectBlocks>(machine.isa, &data, first, last, mean.data(), components.data(),
                            components.rows(), scores.data());
  });
  return scores;
}

}  // namespace cohort::cpu
