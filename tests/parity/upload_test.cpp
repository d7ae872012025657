// What goes up comes down, bit for bit, and scaled as the CPU scales it.

#include <gtest/gtest.h>

#include "cohort/scale.hpp"

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

using UploadParity = Parity;

TEST_F(UploadParity, ComesBackAsItWas) {
  for (const std::int64_t n : kRowCounts)
    for (const std::int64_t d : cases<std::int64_t>({1, 2, 31, 32, 33, 70})) {
      const Matrix<float> x = matrix_of(Values::wide_range, n, d, 1);
      const DataSetPtr data = gpu().upload(x.view(), {});
      EXPECT_EQ(data->rows(), n);
      EXPECT_EQ(data->features(), d);
      EXPECT_EQ(bytes_of(gpu().download(*data)), bytes_of(x)) << n << " x " << d;
    }
}

TEST_F(UploadParity, ComesBackUnderEverySchedule) {
  const Matrix<float> x = matrix_of(Values::wide_range, 65, 33, 1);
  under_every_schedule([&] {
    const DataSetPtr data = gpu().upload(x.view(), {});
    EXPECT_EQ(bytes_of(gpu().download(*data)), bytes_of(x));
  });
}

TEST_F(UploadParity, SeveralChunksComeBackAsTheyWere) {
  // Two tiles of so many features are more than a chunk: three chunks of 32, 32 and 1 rows.
  const Matrix<float> x = matrix_of(Values::smooth, 65, (8 << 20) / (32 * 4) + 1, 2);
  const DataSetPtr data = gpu().upload(x.view(), {});
  EXPECT_EQ(bytes_of(gpu().download(*data)), bytes_of(x));
}

TEST_F(UploadParity, ScalesToTheSameBytes) {
  for (const std::int64_t n : kRowCounts)
    for (const std::int64_t d : {1, 3, 33}) {
      const Matrix<float> x = matrix_of(Values::wide_range, n, d, 3);
      Scaling scaling;
      for (std::int64_t j = 0; j < d; ++j) {
        scaling.center.push_back(uniform(4, static_cast<std::uint64_t>(j)));
        scaling.scale.push_back(uniform(5, static_cast<std::uint64_t>(j)) + 0.1);
      }
      const DataSetPtr on_cpu = cpu().upload(x.view(), {});
      const DataSetPtr on_gpu = gpu().upload(x.view(), {});
      EXPECT_EQ(bytes_of(gpu().download(*gpu().scale(*on_gpu, scaling))),
                bytes_of(cpu().download(*cpu().scale(*on_cpu, scaling))))
          << n << " x " << d;
    }
}

}  // namespace
}  // namespace cohort::testing
