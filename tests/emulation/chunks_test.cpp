// Matrices that cross in chunks: every row arrives once, and no buffer is used again too soon (the
// emulated stream works as late as it may, so that would show).

#include "cuda/chunks.hpp"

#include <gtest/gtest.h>

#include "cuda/transfer.hpp"
#include "tests/parity/data.hpp"

namespace cohort::cuda {
namespace {

using testing::bytes_of;
using testing::matrix_of;
using testing::Values;

class ChunksOfRows : public ::testing::Test {
 protected:
  /// Down and up again. \return rows of each chunk, on both ways
  std::vector<std::int64_t> cross(const Matrix<float>& x, std::int64_t chunk_bytes) {
    const std::int64_t d = x.cols();
    const DeviceArray<float> there(device_, x.rows() * d);
    std::vector<std::int64_t> rows_of_chunks;
    Chunks<float>(device_, x.rows(), d, chunk_bytes)
        .to_device(x.data(), [&](const float* values, std::int64_t first, std::int64_t rows) {
          rows_of_chunks.push_back(rows);
          copy(values, rows * d, there.data() + first * d);
        });
    Matrix<float> back(x.rows(), d);
    Chunks<float>(device_, x.rows(), d, chunk_bytes)
        .to_host(
            [&](std::int64_t first, std::int64_t rows, float* values) {
              rows_of_chunks.push_back(rows);
              copy(there.data() + first * d, rows * d, values);
            },
            back.data());
    EXPECT_EQ(bytes_of(back), bytes_of(x));
    return rows_of_chunks;
  }

  void copy(const float* from, std::int64_t size, float* to) const {
    check(cudaMemcpyAsync(to, from, static_cast<std::size_t>(size) * sizeof(float),
                          cudaMemcpyDeviceToDevice, device_.stream()),
          "copying");
  }

  Device device_{0};
};

TEST_F(ChunksOfRows, OfEverySize) {
  for (const std::int64_t n : testing::cases<std::int64_t>({1, 31, 32, 33, 64, 65, 96, 97, 200}))
    for (const std::int64_t d : {1, 3, 40})
      for (const std::int64_t tiles : testing::cases<std::int64_t>({0, 1, 2, 3, 100})) {
        SCOPED_TRACE(std::to_string(n) + " x " + std::to_string(d) + ", " + std::to_string(tiles));
        cross(matrix_of(Values::wide_range, n, d, 1), tiles * 32 * d * 4);
      }
}

TEST_F(ChunksOfRows, AreWholeTiles) {
  using Rows = std::vector<std::int64_t>;
  const Matrix<float> x = matrix_of(Values::smooth, 100, 3, 1);
  const std::int64_t tile = 32 * 3 * 4;
  EXPECT_EQ(cross(x, 1), (Rows{32, 32, 32, 4, 32, 32, 32, 4}));
  EXPECT_EQ(cross(x, 2 * tile - 1), (Rows{32, 32, 32, 4, 32, 32, 32, 4}));
  EXPECT_EQ(cross(x, 2 * tile), (Rows{64, 36, 64, 36}));
  EXPECT_EQ(cross(x, 4 * tile), (Rows{100, 100}));
  EXPECT_EQ(cross(x, kChunkBytes), (Rows{100, 100}));
}

}  // namespace
}  // namespace cohort::cuda
