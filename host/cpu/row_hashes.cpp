#include "host/cpu/row_hashes.hpp"

#include "cohort/distinct_arithmetic.hpp"

namespace cohort::cpu {

namespace {

/// hash_with() of arithmetic in lanes; lanes are rows.
struct HashBlocks {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t d, std::int64_t blocks,
                                         std::uint64_t* hashes) {
    for (std::int64_t b = 0; b < blocks; ++b) {
      for (std::int64_t l = 0; l < kBlock; l += W) {
        std::uint64_t lanes[W];
        for (int i = 0; i < W; ++i) lanes[i] = kNoHash;
        for (std::int64_t j = 0; j < d; ++j) {
          const float* const values = x + (b * d + j) * kBlock + l;
          for (int i = 0; i < W; ++i) lanes[i] = hash_with(lanes[i], values[i]);
        }
        for (int i = 0; i < W; ++i) hashes[b * kBlock + l + i] = lanes[i];
      }
    }
  }
};

}  // namespace

void hash_rows(const CpuDataSet& data, std::int64_t first, std::int64_t last, std::uint64_t* hashes,
               Isa isa) {
  if (first < last)
    dispatch_doubles<HashBlocks>(isa, data.block(first), data.features(), last - first, hashes);
}

}  // namespace cohort::cpu
