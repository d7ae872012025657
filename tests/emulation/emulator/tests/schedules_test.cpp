// Correct kernels come out right under every schedule; without sanitizers, a missing barrier shows
// as a wrong result.

#include "planted_bugs.cuh"
#include "support.hpp"

namespace emulator_tests {
namespace {

struct Schedule {
  emu::Order order;
  std::uint64_t seed;
  unsigned jitter;
};
const Schedule kSchedules[] = {{emu::Order::forward, 1, 0},
                               {emu::Order::reverse, 1, 0},
                               {emu::Order::random, 1, 0},
                               {emu::Order::random, 2, 2},
                               {emu::Order::random, 3, 4}};

class Schedules : public Emulation, public ::testing::WithParamInterface<Schedule> {
 protected:
  void SetUp() override {
    emu::options.order = GetParam().order;
    emu::options.seed = GetParam().seed;
    emu::options.jitter = GetParam().jitter;
  }

  const std::vector<float> x_ =
      made_by(128, [](std::size_t i) { return static_cast<float>(i * i % 89) + 0.5F; });
};
INSTANTIATE_TEST_SUITE_P(All, Schedules, ::testing::ValuesIn(kSchedules), [](const auto& chosen) {
  return std::string(chosen.param.order == emu::Order::forward   ? "forward"
                     : chosen.param.order == emu::Order::reverse ? "reverse"
                                                                 : "random") +
         std::to_string(chosen.param.seed);
});

/// right(whether the bug is fixed): whether every value came out as expected. (The thread sanitizer
/// would end the test.)
template <class F>
void expect_to_show(F right) {
  EXPECT_TRUE(right(std::true_type{}));
  if (!kThreadSanitizer) {
    EXPECT_FALSE(right(std::false_type{}));
  }
}

TEST_P(Schedules, Barrier) {
  const auto right = [&](auto fixed) {
    const Array<float> x(x_), out(128);
    run({1, 128}, planted::missing_barrier<fixed>, x.data(), out.data());
    return out.values() == made_by(128, [&](std::size_t i) { return x_[127 - i]; });
  };
  expect_to_show(right);
}

TEST_P(Schedules, WaitForCopies) {
  const auto right = [&](auto fixed) {
    const Array<float> x(x_), out(128);
    run({3, 128}, planted::missing_wait_for_copies<fixed>, x.data(), out.data());
    return out.values() == made_by(128, [&](std::size_t i) { return x_[127 - i]; });
  };
  expect_to_show(right);
}

TEST_P(Schedules, SecondBarrier) {
  const auto right = [&](auto fixed) {
    const Array<float> x(x_), out(128);
    run({1, 128}, planted::missing_second_barrier<fixed>, x.data(), out.data());
    return out.values() == made_by(128, [&](std::size_t i) { return 3 * x_[(i + 1) % 128] + 3; });
  };
  expect_to_show(right);
}

TEST_P(Schedules, Syncwarp) {
  const auto right = [&](auto fixed) {
    const Array<float> out(32);
    run({1, 32}, planted::missing_syncwarp<fixed>, out.data());
    return out.values() == made_by(32, [](std::size_t i) { return static_cast<float>(i ^ 1); });
  };
  expect_to_show(right);
}

TEST_P(Schedules, PeersMemory) {
  for (const bool early : {false, true}) {
    const Array<int> out(2);
    run({2, 64, 0, 2}, planted::peer_gone<true>, early, out.data());
    EXPECT_EQ(out.values(), (std::vector<int>{2, 1}));
  }
}

TEST_P(Schedules, LastBlock) {
  const Array<float> x(x_), parts(50), total(1);
  const Array<unsigned> tickets(std::vector<unsigned>{0});
  run({50, 32}, planted::missing_fence<true>, x.data(), parts.data(), tickets.data(), total.data());
  float sum = 0;
  for (std::size_t i = 0; i < 50; ++i) sum += x_[i];
  EXPECT_EQ(total.values().front(), sum);
}

TEST_P(Schedules, CooperativeGrid) {
  emu::device.blocks_per_multiprocessor = 7;
  const Array<int> values(20), sums(20);
  run({20, 64, 0, 1, true}, planted::sum_of_grid, values.data(), sums.data());
  EXPECT_EQ(sums.values(), std::vector<int>(20, 210));
}

TEST_P(Schedules, Atomics) {
  const Array<int> counter(std::vector<int>{0}), cell(std::vector<int>{0});
  run({7, 96}, planted::plain_add<true>, counter.data());
  run({7, 96}, planted::race_of_blocks<true>, cell.data());
  EXPECT_EQ(counter.values().front(), 7 * 96);
  EXPECT_EQ(cell.values().front(), 6);
}

TEST_P(Schedules, SharedMemory) {
  const Array<float> at_rest(32), dynamic(33), global(33);
  run({1, 32}, planted::static_shared_overrun<true>, at_rest.data());
  run({1, 33, 33 * sizeof(float)}, planted::dynamic_shared_overrun<true>, dynamic.data());
  run({2, 32}, planted::global_overrun<true>, global.data(), 33);
  EXPECT_EQ(at_rest.values(), std::vector<float>(32, 3));
  EXPECT_EQ(dynamic.values(), std::vector<float>(33, 1));
  EXPECT_EQ(global.values(), std::vector<float>(33, 1));
}

__global__ void order_of_blocks(unsigned* tickets, unsigned* order) {
  if (threadIdx.x == 0) order[atomicAdd(tickets, 1U)] = blockIdx.x;
}

TEST_F(Emulation, BlocksFollowTheSchedule) {
  const auto order_under = [](emu::Order order, std::uint64_t seed) {
    emu::options.order = order;
    emu::options.seed = seed;
    const Array<unsigned> tickets(std::vector<unsigned>{0}), blocks(10);
    run({10, 32}, order_of_blocks, tickets.data(), blocks.data());
    return blocks.values();
  };
  const auto forward = made_by(10, [](std::size_t i) { return static_cast<unsigned>(i); });
  const auto reverse = made_by(10, [](std::size_t i) { return static_cast<unsigned>(9 - i); });
  EXPECT_EQ(order_under(emu::Order::forward, 1), forward);
  EXPECT_EQ(order_under(emu::Order::reverse, 1), reverse);
  const auto random = order_under(emu::Order::random, 1);
  EXPECT_NE(random, forward);
  EXPECT_THAT(random, ::testing::UnorderedElementsAreArray(forward));
  EXPECT_EQ(random, order_under(emu::Order::random, 1));
  EXPECT_NE(random, order_under(emu::Order::random, 2));
}

}  // namespace
}  // namespace emulator_tests
