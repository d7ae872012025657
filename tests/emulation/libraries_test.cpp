// A machine without cuBLAS and cuSOLVER: the host computes, and it is said.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cuda/backend.hpp"
#include "tests/parity/data.hpp"
#include "tests/parity/device/emulated_libraries.hpp"

namespace cohort::testing {
namespace {

TEST(WithoutNvidiasLibraries, TheHostComputesAndItIsSaid) {
  const WithoutLibraries missing;
  const std::unique_ptr<Backend> cpu = make_cpu_backend(2);
  const std::unique_ptr<Backend> gpu = cuda::make_backend(make_cpu_backend(2), 0);
  EXPECT_THAT(gpu->take_notices(), ::testing::IsEmpty());

  const Matrix<float> x = matrix_of(Values::smooth, 100, 65, 1);
  for (const Weighting weighting : {Weighting::none, Weighting::fractional}) {
    const std::vector<float> weights = weights_of(weighting, 100, 2);
    const DataSetPtr on_cpu = cpu->upload(x.view(), weights);
    const std::vector<double> mean = cpu->column_statistics(*on_cpu).mean;
    EXPECT_EQ(bytes_of(gpu->covariance(*gpu->upload(x.view(), weights), mean)),
              bytes_of(cpu->covariance(*on_cpu, mean)));
    const Notices said = gpu->take_notices();
    ASSERT_EQ(said.size(), 1);
    EXPECT_EQ(said.front().text,
              "the covariance of 65 features was left to the CPU: this machine has no cuBLAS");
  }

  Matrix<double> identity(512, 512);
  for (std::int64_t i = 0; i < 512; ++i) identity(i, i) = 1;
  EXPECT_EQ(gpu->symmetric_eigen(identity).values, std::vector<double>(512, 1.0));
  EXPECT_THAT(gpu->take_notices().front().text, ::testing::HasSubstr("no cuSOLVER"));
  EXPECT_THAT(gpu->take_notices(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace cohort::testing
