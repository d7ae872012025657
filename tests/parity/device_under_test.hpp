#pragma once
/// A parity test is written once and built twice: against the emulated device, and against the GPU
/// of the machine it runs on. Each build brings its own device_under_test().

#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "cohort/backend.hpp"

namespace cohort::testing {

/// The CUDA backend to compare with the CPU's, made once; null where this machine has no GPU.
[[nodiscard]] Backend* device_under_test();

/// Why it is null.
[[nodiscard]] const char* why_no_device();

/// Runs `body` once for each of several orders in which the emulated device's threads and blocks
/// may take turns, with grids of several sizes, and says in a failure which one it was. A GPU has
/// one schedule, its own: there the body runs once.
void under_every_schedule(const std::function<void()>& body);

/// Tests of what both backends compute: skipped, with the reason, where there is no device.
class Parity : public ::testing::Test {
 protected:
  void SetUp() override {
    if (device_under_test() == nullptr) GTEST_SKIP() << why_no_device();
  }
  Backend& cpu() { return *cpu_; }
  Backend& gpu() { return *device_under_test(); }

 private:
  std::unique_ptr<Backend> cpu_ = make_cpu_backend(2);
};

}  // namespace cohort::testing
