// What is said where there is a driver and nothing to compute on, and where there is.

#include "cuda/probe.hpp"

#include <string>

#include <cuda_runtime_emulator.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::cuda {
namespace {

using ::testing::HasSubstr;

/// The emulated device as it is, again when a test ends.
class Probe : public ::testing::Test {
 protected:
  void TearDown() override { emu::device = {}; }
};

TEST_F(Probe, FindsTheDevice) {
  const CudaProbe found = probe();
  EXPECT_EQ(found.devices, 1);
  EXPECT_STREQ(found.device, "emulated");
  EXPECT_STREQ(found.problem, "");
  EXPECT_EQ(found.capability_major, 9);
  EXPECT_EQ(found.multiprocessors, emu::device.multiprocessors);
  EXPECT_EQ(found.memory, static_cast<std::int64_t>(emu::device.memory));
}

TEST_F(Probe, NoDevice) {
  emu::device.on_count = cudaErrorNoDevice;
  const CudaProbe found = probe();
  EXPECT_EQ(found.devices, 0);
  EXPECT_THAT(found.problem, HasSubstr("the driver lists no device"));
}

TEST_F(Probe, DriverTooOldNamesBothVersions) {
  emu::device.on_count = cudaErrorInsufficientDriver;
  emu::device.driver = 12040;
  const CudaProbe found = probe();
  EXPECT_EQ(found.devices, 0);
  EXPECT_STREQ(
      found.problem,
      "the NVIDIA driver is too old: it speaks CUDA 12.4 and this build needs 13.0; update "
      "the driver");
}

TEST_F(Probe, NoDriverBehindTheLibrary) {
  emu::device.on_count = cudaErrorInsufficientDriver;
  emu::device.driver = 0;
  EXPECT_THAT(probe().problem, HasSubstr("no NVIDIA driver answers"));
}

TEST_F(Probe, UnsupportedArchitectureTellsWhatToBuild) {
  emu::device.on_kernel = cudaErrorNoKernelImageForDevice;
  const CudaProbe found = probe();
  EXPECT_EQ(found.devices, 0);
  EXPECT_STREQ(found.problem,
               "this build has no kernels for emulated (compute capability 9.0); build with "
               "-DCMAKE_CUDA_ARCHITECTURES=90");
}

TEST_F(Probe, CopiesAreMeasured) {
  emu::device.memory = 1 << 20;
  EXPECT_GT(copy_bandwidth(), 0);
}

}  // namespace
}  // namespace cohort::cuda
