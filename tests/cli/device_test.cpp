// Choosing a device: what is said where there is none, and that the plug-in loads.

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/program.hpp"

namespace cohort::testing {
namespace {

using ::testing::HasSubstr;

bool driver_is_here() {
  return run_shell("ldconfig -p | grep -q libcuda.so.1").code == 0;
}

TEST(Device, WithoutADriverSaysSo) {
  if (driver_is_here()) GTEST_SKIP() << "there is an NVIDIA driver here";
  const Outcome outcome = cohort_program("run --device gpu");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("--device gpu: no NVIDIA driver"));
  EXPECT_THAT(outcome.err, HasSubstr("--device cpu"));
}

// A library named libcuda.so.1 that holds nothing: enough for the plug-in to be opened and asked.
TEST(Device, ThePluginLoadsAndTellsWhatTheRuntimeSays) {
  if (driver_is_here()) GTEST_SKIP() << "there is an NVIDIA driver here";
  const Outcome outcome =
      run_shell("LD_LIBRARY_PATH='" COHORT_EMPTY_DRIVER "' '" COHORT_PROGRAM "' run --device gpu");
  EXPECT_EQ(outcome.code, 4);
  const auto plugin = std::filesystem::path(COHORT_PROGRAM).parent_path().parent_path() / "lib" /
                      "libcohort_cuda.so";
  EXPECT_THAT(outcome.err, HasSubstr(std::filesystem::exists(plugin) ? "no usable NVIDIA device: "
                                                                     : "no CUDA plug-in"));
}

TEST(Device, AutoFallsBackAndSaysWhy) {
  const Outcome outcome = cohort_program("kmeans --device auto");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("computed on cpu ("));
}

}  // namespace
}  // namespace cohort::testing
