/// A launch: what CUDA would refuse, and then team after team of blocks.

#include "emu/launch.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "emu/quiet.hpp"
#include "emu/shared_memory.hpp"
#include "scheduler/switch.hpp"

namespace emu {

namespace {

constexpr unsigned kWarp = 32;

std::uint64_t volume(dim3 d) {
  return std::uint64_t{d.x} * d.y * d.z;
}

std::string text_of(dim3 d) {
  return std::to_string(d.x) + " x " + std::to_string(d.y) + " x " + std::to_string(d.z);
}

uint3 unrank(unsigned rank, dim3 d) {
  return {rank % d.x, rank / d.x % d.y, rank / d.x / d.y};
}

/// The order in which teams run.
std::vector<unsigned> order_of(unsigned teams, Dice& dice) {
  std::vector<unsigned> order(teams);
  std::iota(order.begin(), order.end(), 0U);
  if (options.order == Order::reverse) std::reverse(order.begin(), order.end());
  if (options.order == Order::random)
    for (std::size_t i = teams; i > 1; --i) std::swap(order[i - 1], order[dice.roll(i)]);
  return order;
}

}  // namespace

void check_launch(const Grid& grid, bool cooperative) {
  const auto require = [](bool holds, const std::string& otherwise) {
    if (!holds) throw Error("CUDA would refuse this launch: " + otherwise);
  };
  require(Scheduler::running() == nullptr, "it is made by a kernel");
  require(volume(grid.block) >= 1 && volume(grid.block) <= 1024 && grid.block.z <= 64,
          "a block of " + text_of(grid.block) + " threads; 1 to 1024 can be had");
  require(volume(grid.grid) >= 1 && grid.grid.x <= 0x7fffffff && grid.grid.y <= 65535 &&
              grid.grid.z <= 65535,
          "a grid of " + text_of(grid.grid) + " blocks");
  require(grid.dynamic_bytes <= kMaxShared, std::to_string(grid.dynamic_bytes) +
                                                " bytes of dynamic shared memory; " +
                                                std::to_string(kMaxShared) + " can be had");
  require(volume(grid.cluster) >= 1 && volume(grid.cluster) <= 8 &&
              grid.grid.x % grid.cluster.x == 0 && grid.grid.y % grid.cluster.y == 0 &&
              grid.grid.z % grid.cluster.z == 0,
          "clusters of " + text_of(grid.cluster) + " blocks in a grid of " + text_of(grid.grid));
  require(!cooperative || volume(grid.cluster) == 1, "a cooperative grid of clusters");
}

void run_threads(const Grid& grid, bool cooperative, void (*body)(const void*),
                 const void* arguments) {
  check_launch(grid, cooperative);
  Launch launch{grid, body, arguments, {}, 0, 0};
  launch.shared_end = (grid.dynamic_bytes + kSharedGap + 127) / 128 * 128;
  Scheduler::of_this_thread().run(launch, cooperative);
}

Scheduler& Scheduler::of_this_thread() {
  static thread_local Scheduler scheduler;  // keeps its stacks from launch to launch
  return scheduler;
}

void Scheduler::run(Launch& launch, bool cooperative) {
  [[maybe_unused]] const Quiet quiet;
  if (cooperative) launch.grid.cluster = launch.grid.grid;  // all of it is there at once
  const auto blocks = static_cast<unsigned>(volume(launch.grid.cluster));
  const auto teams = static_cast<unsigned>(volume(launch.grid.grid) / blocks);
  const std::size_t at_once = volume(launch.grid.block) * blocks;
  stacks_.expect(at_once * teams, at_once);
  dice_.seed(options.seed);
  const std::vector<unsigned> order = order_of(teams, dice_);

  root_.stack = &root_stack_;
#if EMU_THREAD_SANITIZER
  root_stack_.sanitizers_fiber = __tsan_get_current_fiber();
#endif
  current = &root_;
  running_ = this;
  struct Leave {
    ~Leave() {
      current = nullptr;
      running_ = nullptr;
      EMU_ACQUIRE(end);
    }
    [[maybe_unused]] char* end;
  } const leave{&end_};
  for (const unsigned team : order) run_team(launch, team, blocks);
}

void Scheduler::run_team(Launch& launch, unsigned number, unsigned blocks) {
  assemble(launch, number, blocks);
  EMU_RELEASE(&start_);
  while (Thread* thread = next()) switch_to(*thread, false);
  if (!failed_ && living() > 0) failed_ = std::make_exception_ptr(Error(who_is_stuck()));
  if (failed_) {
    dismiss();
    std::rethrow_exception(std::exchange(failed_, nullptr));
  }
}

void Scheduler::assemble(Launch& launch, unsigned number, unsigned blocks) {
  const dim3 cluster = launch.grid.cluster;
  const dim3 grid = launch.grid.grid;
  const auto threads = static_cast<unsigned>(volume(launch.grid.block));
  const uint3 at = unrank(number, dim3(grid.x / cluster.x, grid.y / cluster.y, grid.z / cluster.z));
  order_objects_.expect(2 + std::size_t{blocks} * (2 + threads));  // a warp: one for each mask
  team_.launch = &launch;
  team_.blocks.resize(blocks);
  team_.barrier.reset(threads * blocks);
  for (char*& order : team_.barrier.order) order = order_objects_.take();
  for (unsigned rank = 0; rank < blocks; ++rank) {
    const uint3 inside = unrank(rank, cluster);
    ResidentBlock& block = team_.blocks[rank];
    block.rank = rank;
    assemble(
        block, launch,
        {at.x * cluster.x + inside.x, at.y * cluster.y + inside.y, at.z * cluster.z + inside.z});
  }
}

void Scheduler::assemble(ResidentBlock& block, const Launch& launch, uint3 at) {
  const dim3 shape = launch.grid.block;
  block.idx = at;
  block.grid = &launch.grid;
  block.threads = block.live = shape.x * shape.y * shape.z;
  block.team = &team_;
  block.variables = 0;
  block.shared = arenas_.fresh(block.rank);
  EMU_UNPOISON(block.shared, launch.grid.dynamic_bytes);
  fill_with_nan(block.shared, launch.grid.dynamic_bytes);
  block.barrier.reset(block.threads);
  for (char*& order : block.barrier.order) order = order_objects_.take();

  block.warps.resize((block.threads + kWarp - 1) / kWarp);
  unsigned rest = block.threads;
  for (Warp& warp : block.warps) {
    warp.alive = rest >= kWarp ? ~0U : (1U << rest) - 1;
    rest -= std::min(rest, kWarp);
    for (const auto& slot : warp.slots) {
      slot->mask = slot->came = slot->left = 0;
      slot->order = nullptr;
    }
  }

  // A kernel writes to some of a thread's members: the sanitizer is to see another thread.
  if (EMU_THREAD_SANITIZER) block.all = std::vector<Thread>();
  block.all.resize(block.threads);
  uint3 index{};
  for (unsigned rank = 0; rank < block.threads; ++rank) {
    Thread& thread = block.all[rank];
    thread = Thread{};
    thread.block = &block;
    thread.tid = index;
    thread.rank = rank;
    thread.lane = static_cast<unsigned char>(rank % kWarp);
    if (++index.x == shape.x) {
      index.x = 0;
      if (++index.y == shape.y) {
        index.y = 0;
        ++index.z;
      }
    }
    if (EMU_THREAD_SANITIZER) prepare(thread);  // no two of a team on one fiber
    make_ready(&thread);
  }
}

unsigned Scheduler::living() const {
  unsigned count = 0;
  for (const ResidentBlock& block : team_.blocks) count += block.live;
  return count;
}

std::string Scheduler::who_is_stuck() const {
  std::map<std::string, unsigned> threads;
  for (const ResidentBlock& block : team_.blocks)
    for (const Thread& thread : block.all)
      ++threads[thread.done ? "exited"
                            : std::string("waiting in ") + thread.waits_in + " at " +
                                  emu::text_of(Loc{thread.waits_file, thread.waits_line})];
  std::string text = "deadlock in block " + emu::text_of(team_.blocks.front().idx);
  if (team_.blocks.size() > 1)
    text += " and " + std::to_string(team_.blocks.size() - 1) + " others";
  const char* separator = ": ";
  for (const auto& [doing, count] : threads) {
    text += separator + std::to_string(count) + " threads " + doing;
    separator = "; ";
  }
  return text;
}

}  // namespace emu
