// Races that the thread sanitizer sees, each in a process of its own that dies of it.

#include "planted_bugs.cuh"
#include "support.hpp"

namespace emulator_tests {
namespace {

class ThreadSanitizer : public Emulation {
 protected:
  ThreadSanitizer() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  Array<float> x_{std::vector<float>(128, 1)}, out_{32}, parts_{50}, total_{1};
  Array<float> copied_{128};
  Array<int> whole_{std::vector<int>(32, 0)};
  Array<unsigned> tickets_{std::vector<unsigned>{0}};
};

TEST_F(ThreadSanitizer, MissingBarrier) {
  EXPECT_DEATH(run_and_exit({1, 128}, planted::missing_barrier<false>, x_.data(), x_.data()),
               blamed("data race", "missing_barrier"));
}

TEST_F(ThreadSanitizer, MissingSecondBarrier) {
  EXPECT_DEATH(run_and_exit({1, 128}, planted::missing_second_barrier<false>, x_.data(), x_.data()),
               blamed("data race", "missing_second_barrier"));
}

TEST_F(ThreadSanitizer, MissingSyncwarp) {
  EXPECT_DEATH(run_and_exit({1, 32}, planted::missing_syncwarp<false>, out_.data()),
               blamed("data race", "missing_syncwarp"));
}

TEST_F(ThreadSanitizer, ShuffleForABarrier) {
  EXPECT_DEATH(run_and_exit({1, 32}, planted::shuffle_for_barrier<false>, whole_.data()),
               blamed("data race", "shuffle_for_barrier"));
}

TEST_F(ThreadSanitizer, PlainAdd) {
  EXPECT_DEATH(run_and_exit({1, 96}, planted::plain_add<false>, whole_.data()),
               blamed("data race", "plain_add"));
}

TEST_F(ThreadSanitizer, RaceOfBlocks) {
  EXPECT_DEATH(run_and_exit({2, 96}, planted::race_of_blocks<false>, whole_.data()),
               blamed("data race", "race_of_blocks"));
}

TEST_F(ThreadSanitizer, RaceOfManyBlocksInRandomOrder) {
  emu::options.order = emu::Order::random;
  EXPECT_DEATH(run_and_exit({40, 256}, planted::race_of_blocks<false>, whole_.data()),
               blamed("data race", "race_of_blocks"));
}

TEST_F(ThreadSanitizer, MissingFence) {
  EXPECT_DEATH(run_and_exit({50, 32}, planted::missing_fence<false>, x_.data(), parts_.data(),
                            tickets_.data(), total_.data()),
               blamed("data race", "missing_fence"));
}

TEST_F(ThreadSanitizer, NothingInCorrectKernels) {
  EXPECT_EXIT(
      {
        for (const emu::Order order : {emu::Order::forward, emu::Order::random}) {
          emu::options.order = order;
          run({1, 128}, planted::missing_second_barrier<true>, x_.data(), x_.data());
          run({1, 32}, planted::shuffle_for_barrier<true>, whole_.data());
          run({40, 128}, planted::missing_wait_for_copies<true>, x_.data(), copied_.data());
          run({40, 256}, planted::race_of_blocks<true>, whole_.data());
          *tickets_.data() = 0;
          run({50, 32}, planted::missing_fence<true>, x_.data(), parts_.data(), tickets_.data(),
              total_.data());
          // Threads that are left waiting are ordered before what the host does next.
          (void)complaint({1, 32}, planted::early_exit_after_writing, whole_.data());
          *std::max_element(whole_.data(), whole_.data() + 32) = 0;
        }
        std::exit(0);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace emulator_tests
