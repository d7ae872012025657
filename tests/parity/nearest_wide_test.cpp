// Assignment where there are many features or many centres. (What only an emulated device can be
// asked is in tests/emulation/nearest_wide_test.cpp.)

#include <gtest/gtest.h>

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

class NearestWideParity : public Parity {
 protected:
  void expect_parity(const Matrix<float>& x, const Matrix<float>& centers) {
    SCOPED_TRACE(std::to_string(x.rows()) + " x " + std::to_string(x.cols()) +
                 ", k = " + std::to_string(centers.rows()));
    const Assignment expected = cpu().assign(*cpu().upload(x.view(), {}), centers.view());
    const Assignment found = gpu().assign(*gpu().upload(x.view(), {}), centers.view());
    EXPECT_EQ(bytes_of(found.labels), bytes_of(expected.labels));
    EXPECT_EQ(bytes_of(found.squared_distance), bytes_of(expected.squared_distance));
  }
};

TEST_F(NearestWideParity, AroundEveryBoundary) {
  for (const std::int64_t d : cases<std::int64_t>({8, 16, 33, 130, 257}))
    for (const std::int64_t k : cases<std::int64_t>({8, 16, 17, 64, 65}))
      expect_parity(matrix_of(Values::smooth, 65, d, 1), matrix_of(Values::smooth, k, d, 2));
  for (const std::int64_t n : cases<std::int64_t>({1, 31, 32, 33, 255, 256, 257, 300}))
    expect_parity(matrix_of(Values::smooth, n, 9, 1), matrix_of(Values::smooth, 300, 9, 2));
}

TEST_F(NearestWideParity, AnyValues) {
  for (const Values rows : kAllValues)
    for (const Values centers : kAllValues)
      expect_parity(matrix_of(rows, 65, 18, 1), matrix_of(centers, 66, 18, 2));
}

// More rounds than a block makes at once; on a GPU, sums that are rounded as its tensor cores do.
TEST_F(NearestWideParity, ManyRows) {
  const std::int64_t n = gpu().device() == "emulated" ? 3000 : 1000000;
  expect_parity(matrix_of(Values::smooth, n, 40, 1), matrix_of(Values::smooth, 100, 40, 2));
  expect_parity(matrix_of(Values::discrete, n, 12, 1), matrix_of(Values::discrete, 100, 12, 2));
}

// Rows between two centres that are close to each other, nearer and nearer to the middle.
TEST_F(NearestWideParity, NearTies) {
  for (const std::int64_t d : {16, 64, 160}) {
    Matrix<float> centers = matrix_of(Values::smooth, 66, d, 2);
    for (std::int64_t c = 1; c < centers.rows(); c += 2)
      for (std::int64_t j = 0; j < d; ++j)
        centers.data()[c * d + j] =
            centers.data()[(c - 1) * d + j] +
            0.01F * static_cast<float>(uniform(3, static_cast<std::uint64_t>(c * d + j)) - 0.5);
    Matrix<float> x(200, d);
    for (std::int64_t i = 0; i < x.rows(); ++i)
      for (std::int64_t j = 0; j < d; ++j) {
        const std::int64_t c = i % 33 * 2;
        const double a = centers.data()[c * d + j];
        const double b = centers.data()[(c + 1) * d + j];
        const double off = std::ldexp(i % 2 == 0 ? 0.5 : -0.5, -static_cast<int>(i % 27));
        x.data()[i * d + j] = static_cast<float>((a + b) / 2 + off * (a - b));
      }
    expect_parity(x, centers);
  }
}

}  // namespace
}  // namespace cohort::testing
