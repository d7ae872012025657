// Restarts go together as memory allows, and not a bit depends on how many do.

#include <cuda_runtime_emulator.hpp>
#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

/// Leaves so much of the emulated device's memory, and gives it back.
class MemoryLeft {
 public:
  explicit MemoryLeft(std::size_t bytes) { emu::device.memory = emu::heap.used() + bytes; }
  ~MemoryLeft() { emu::device.memory = before_; }

 private:
  std::size_t before_ = emu::device.memory;
};

TEST(KMeansMemory, DoesNotChangeAFit) {
  const Matrix<float> x = matrix_of(Values::smooth, 1500, 3, 1);
  const DataSetPtr data = device_under_test()->upload(x, {});
  KMeansParams params;
  params.n_clusters = 3;
  params.n_init = 4;
  params.max_iter = 2;
  for (const KMeansInit init : {KMeansInit::kmeans_plus_plus, KMeansInit::random}) {
    params.init = init;
    const KMeansFit expected = device_under_test()->kmeans(*data, params);
    std::size_t refused = 0;
    for (const std::size_t kilobytes : {5, 20, 25, 35, 60}) {
      const MemoryLeft left(kilobytes << 10);
      try {
        const KMeansFit fit = device_under_test()->kmeans(*data, params);
        EXPECT_EQ(bytes_of(fit.labels), bytes_of(expected.labels)) << kilobytes;
        EXPECT_EQ(bytes_of(fit.centers), bytes_of(expected.centers)) << kilobytes;
        EXPECT_EQ(fit.best_init, expected.best_init) << kilobytes;
        EXPECT_EQ(fit.inertia, expected.inertia) << kilobytes;
      } catch (const MemoryError& error) {
        EXPECT_EQ(std::string(error.what()).substr(0, 13), "K-means needs") << error.what();
        ++refused;
      }
    }
    EXPECT_EQ(refused, 1U);
  }
}

}  // namespace
}  // namespace cohort::testing
