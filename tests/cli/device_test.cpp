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

TEST(Device, TheSelftestOfThisMachinePasses) {
  const Outcome outcome = cohort_program("selftest");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("All 41 operations give the same result."));
}

TEST(Device, TheSelftestOfAMissingGpuIsRefused) {
  if (driver_is_here()) GTEST_SKIP() << "there is an NVIDIA driver here";
  const Outcome outcome = cohort_program("selftest --device gpu");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("no NVIDIA driver"));
}

TEST(Device, TheVersionTellsOfTheMachineWhenAsked) {
  const Outcome plain = cohort_program("--version");
  EXPECT_EQ(plain.code, 0);
  EXPECT_THAT(plain.out, ::testing::MatchesRegex("cohort [0-9.]+\n"));
  const Outcome verbose = cohort_program("--version --verbose");
  EXPECT_EQ(verbose.code, 0);
  for (const char* word : {"compiler", "cpu", "copies", "B/s", "gpu"})
    EXPECT_THAT(verbose.out, HasSubstr(word));
  EXPECT_EQ(cohort_program("--verbose").code, 2);
}

TEST(Device, BenchRefusesWhatItCannotTime) {
  const Outcome stage = cohort_program("bench --stages covarianse");
  EXPECT_EQ(stage.code, 2);
  EXPECT_THAT(stage.err, HasSubstr("did you mean 'covariance'?"));
  for (const char* rows : {"1e6x", "1", "-5", "1.5", "1e11", "nan", "k", ""})
    EXPECT_EQ(cohort_program(std::string("bench --rows '") + rows + "'").code, 2) << rows;
}

}  // namespace
}  // namespace cohort::testing
