// What the address sanitizer sees, each in a process of its own that dies of it.

#include "planted_bugs.cuh"
#include "support.hpp"

namespace emulator_tests {
namespace {

class AddressSanitizer : public Emulation {
 protected:
  AddressSanitizer() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  Array<float> x_{std::vector<float>(128, 1)}, out_{33};
  Array<int> whole_{2};
};

TEST_F(AddressSanitizer, StaticSharedMemory) {
  EXPECT_DEATH(run_and_exit({1, 32}, planted::static_shared_overrun<false>, out_.data()),
               blamed("use-after-poison", "static_shared_overrun"));
}

TEST_F(AddressSanitizer, DynamicSharedMemory) {
  EXPECT_DEATH(run_and_exit({1, 33, 33 * sizeof(float)}, planted::dynamic_shared_overrun<false>,
                            out_.data()),
               blamed("use-after-poison", "dynamic_shared_overrun"));
}

TEST_F(AddressSanitizer, GlobalMemory) {
  EXPECT_DEATH(run_and_exit({2, 32}, planted::global_overrun<false>, out_.data(), 33),
               blamed("heap-buffer-overflow", "global_overrun"));
}

TEST_F(AddressSanitizer, Alignment) {
  EXPECT_DEATH(run_and_exit({1, 32}, planted::misaligned, x_.data(), out_.data()),
               marked("misaligned") + ".*misaligned address");
}

TEST_F(AddressSanitizer, PeerThatIsGone) {
  EXPECT_DEATH(run_and_exit({2, 64, 0, 2}, planted::peer_gone<false>, true, whole_.data()),
               blamed("use-after-poison", "peer_gone"));
}

__global__ void write_one(float* out) {
  out[threadIdx.x] = 1;
}

TEST_F(AddressSanitizer, MemoryGivenBackTooSoon) {
  EXPECT_DEATH(
      {
        emu::Stream stream;
        float* x = nullptr;
        cudaMallocAsync(&x, 128, &stream);
        cudaFreeAsync(x, &stream);
        cohort::cuda::launch(&stream, {1, 32}, write_one, x);
        stream.run_all();
        std::exit(0);
      },
      "heap-use-after-free");
}

}  // namespace
}  // namespace emulator_tests
