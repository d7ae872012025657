// Rows to time operations on are the same wherever they are made.

#include "cohort/synthetic.hpp"

#include <gtest/gtest.h>

#include "host/engine/trials.hpp"
#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

using SyntheticParity = Parity;

TEST_F(SyntheticParity, TheSameBytesOnBothDevicesAndOnTheHost) {
  for (const std::int64_t n : kRowCounts)
    for (const std::int64_t d : {1, 6, 33}) {
      const SyntheticRows rows{n, d, 5, 0x123456789abcdef0};
      const Matrix<float> expected = synthetic_rows(rows, cpu().host_threads());
      const DataSetPtr on_gpu = gpu().synthetic(rows);
      EXPECT_EQ(on_gpu->rows(), n);
      EXPECT_EQ(on_gpu->features(), d);
      EXPECT_EQ(bytes_of(gpu().download(*on_gpu)), bytes_of(expected)) << n << " x " << d;
      EXPECT_EQ(bytes_of(cpu().download(*cpu().synthetic(rows))), bytes_of(expected));
    }
}

// What lies behind the last row counts for nothing.
TEST_F(SyntheticParity, IsWhatAnUploadWouldBe) {
  const SyntheticRows rows{333, 6, 4, 7};
  const Matrix<float> x = synthetic_rows(rows, cpu().host_threads());
  const DataSetPtr uploaded = gpu().upload(x.view(), {});
  const DataSetPtr made = gpu().synthetic(rows);
  EXPECT_EQ(gpu().column_statistics(*made).mean, gpu().column_statistics(*uploaded).mean);
  EXPECT_EQ(gpu().column_statistics(*made).variance, gpu().column_statistics(*uploaded).variance);
  EXPECT_EQ(gpu().distinct(*made).first, gpu().distinct(*uploaded).first);
}

TEST_F(SyntheticParity, OfNoRows) {
  EXPECT_EQ(gpu().synthetic({0, 6, 4, 1})->rows(), 0);
  EXPECT_EQ(cpu().synthetic({0, 6, 4, 1})->rows(), 0);
}

}  // namespace
}  // namespace cohort::testing
