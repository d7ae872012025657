// What no schedule can hide, seen in every build: barriers and collectives that not all reach, and
// launches that CUDA would refuse.

#include "planted_bugs.cuh"
#include "support.hpp"

namespace emulator_tests {
namespace {

using ::testing::HasSubstr;

class Divergence : public Emulation {
 protected:
  Array<int> out_{64};
};

TEST_F(Divergence, EarlyExit) {
  EXPECT_EQ(
      complaint({1, 64}, planted::early_exit, 40U),
      "deadlock in block (0,0,0): 24 threads exited; 40 threads waiting in __syncthreads at " +
          marked("early_exit"));
}

TEST_F(Divergence, TwoBarriers) {
  const std::string said = complaint({1, 64}, planted::two_barriers, 40U);
  EXPECT_EQ(said, "divergent __syncthreads (others wait at " + marked("one_barrier") + ") at " +
                      marked("other_barrier") + ", block (0,0,0) thread (40,0,0)");
  emu::options.same_site = false;
  EXPECT_EQ(complaint({1, 64}, planted::two_barriers, 40U), "");
}

TEST_F(Divergence, BarrierAndSyncwarp) {
  // 8 lanes of the second warp are in the barrier, and the warp waits for them
  EXPECT_THAT(complaint({1, 64}, planted::barrier_and_syncwarp, 40U),
              HasSubstr("40 threads waiting in __syncthreads at " + marked("barrier_of_mixed")));
}

TEST_F(Divergence, UnevenLoop) {
  EXPECT_EQ(
      complaint({1, 96}, planted::uneven_loop),
      "deadlock in block (0,0,0): 32 threads exited; 64 threads waiting in __syncthreads at " +
          marked("uneven_loop"));
}

TEST_F(Divergence, ShuffleFromAbsentLane) {
  EXPECT_EQ(complaint({1, 32}, planted::shuffle_from_absent_lane, out_.data()),
            "__shfl_down_sync: source lane 16 takes no part at " + marked("absent_lane") +
                ", block (0,0,0) thread (8,0,0)");
}

TEST_F(Divergence, CallerNotInMask) {
  EXPECT_EQ(complaint({1, 32}, planted::caller_not_in_mask, out_.data()),
            "__any_sync: the calling lane is not in the mask at " + marked("not_in_mask") +
                ", block (0,0,0) thread (16,0,0)");
}

TEST_F(Divergence, DifferentCollectives) {
  EXPECT_EQ(complaint({1, 32}, planted::different_collectives, out_.data()),
            "__any_sync: other lanes of the mask are in __shfl_xor_sync at " +
                marked("other_collective") + ", block (0,0,0) thread (16,0,0)");
}

TEST_F(Divergence, ShuffleThatHalfAWarpReaches) {
  EXPECT_EQ(complaint({1, 32}, planted::shuffle_that_half_a_warp_reaches, out_.data()),
            "deadlock in block (0,0,0): 16 threads waiting in __shfl_sync at " +
                marked("half_a_warp") + "; 16 threads waiting in __syncthreads at " +
                marked("other_half"));
}

TEST_F(Divergence, KernelsRunAsBeforeAfterAnError) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(complaint({3, 64}, planted::early_exit, 40U), "");
    Array<int> counter(std::vector<int>{0});
    run({7, 96}, planted::plain_add<true>, counter.data());
    EXPECT_EQ(counter.values().front(), 7 * 96);
  }
}

TEST_F(Divergence, EveryScheduleSeesIt) {
  for (const emu::Order order : {emu::Order::forward, emu::Order::reverse, emu::Order::random}) {
    emu::options.order = order;
    EXPECT_THAT(complaint({2, 64}, planted::early_exit, 40U), HasSubstr("24 threads exited"));
    EXPECT_THAT(complaint({2, 64}, planted::two_barriers, 40U), HasSubstr("divergent"));
    EXPECT_THAT(complaint({1, 32}, planted::different_collectives, out_.data()),
                HasSubstr("other lanes of the mask"));
  }
}

TEST_F(Divergence, LaunchesThatCudaRefuses) {
  const auto refusal = [&](const LaunchShape& shape) {
    return complaint(shape, planted::plain_add<true>, out_.data());
  };
  EXPECT_THAT(refusal({1, 1056}), HasSubstr("a block of 1056 x 1 x 1 threads"));
  EXPECT_THAT(refusal({1, dim3(1, 1, 65)}), HasSubstr("a block of 1 x 1 x 65 threads"));
  EXPECT_THAT(refusal({0, 32}), HasSubstr("a grid of 0 x 1 x 1 blocks"));
  EXPECT_THAT(refusal({dim3(1, 65536), 32}), HasSubstr("a grid of 1 x 65536 x 1 blocks"));
  EXPECT_THAT(refusal({1, 32, (227 << 10) + 1}),
              HasSubstr("232449 bytes of dynamic shared memory; 232448 can be had"));
  EXPECT_THAT(refusal({9, 32, 0, 2}), HasSubstr("clusters of 2 x 1 x 1 blocks in a grid of 9"));
  EXPECT_THAT(refusal({16, 32, 0, 16}), HasSubstr("clusters of 16 x 1 x 1 blocks"));
  EXPECT_THAT(refusal({7, 32, 0, 1, true}),
              HasSubstr("a cooperative grid of 7 blocks, of which the device has room for 6"));
  EXPECT_EQ(refusal({6, 32, 227 << 10, 1, true}), "");
}

TEST_F(Divergence, StaticSharedMemoryHasALimit) {
  EXPECT_EQ(
      complaint({1, 32}, planted::too_much_static_shared),
      "the block has 56000 bytes of static and 0 bytes of dynamic shared memory; 49152 static "
      "and 232448 in all can be had");
}

TEST_F(Divergence, PeerThatIsGone) {
  EXPECT_EQ(complaint({2, 64, 0, 2}, planted::peer_gone<false>, false, out_.data()),
            "map_shared_rank: block 1 of the cluster has exited");
}

}  // namespace
}  // namespace emulator_tests
