/// Switching between CUDA threads, each on its own stack.

#include "emu/quiet.hpp"
#include "scheduler/switch.hpp"

namespace emu {

namespace {

constexpr std::size_t kGuard = 4096;  ///< the end of a stack that is nobody's

}  // namespace

void Scheduler::prepare(Thread& thread) {
  thread.stack = stacks_.take();
  thread.context = boost::context::detail::make_fcontext(thread.stack->base + thread.stack->size,
                                                         thread.stack->size - kGuard, &begin);
}

/// Where a stack begins: its thread's whole life, and then those of others that have not started.
void Scheduler::begin(boost::context::detail::transfer_t from) {
  Scheduler& scheduler = *running();
  static_cast<Thread*>(from.data)->context = from.fctx;
#if EMU_ADDRESS_SANITIZER
  const void* base = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(nullptr, &base, &size);
  if (from.data == &scheduler.root_) {
    scheduler.root_stack_.base = static_cast<char*>(const_cast<void*>(base));
    scheduler.root_stack_.size = size;
  }
#endif
  for (;;) {
    Thread& ended = *current;
    Thread* next = scheduler.live(ended);
    if (!EMU_THREAD_SANITIZER && next != nullptr && next->context == nullptr) {
      next->stack = ended.stack;
      next->context = &ended;  // anything: it has started
      current = next;
    } else {
      scheduler.switch_to(next != nullptr ? *next : scheduler.root_, true);
    }
  }
}

/// A thread from its first instruction to its end; who is next, null for nobody.
Thread* Scheduler::live(Thread& thread) {
  auto& block = static_cast<ResidentBlock&>(*thread.block);
  const Launch& launch = *block.team->launch;
  EMU_ACQUIRE(&start_);
  try {
    launch.body(launch.arguments);
  } catch (...) {
    if (!failed_) failed_ = std::current_exception();
  }
  EMU_RELEASE(&end_);
  [[maybe_unused]] const Quiet quiet;
  thread.done = true;
  Warp& warp = block.warps[thread.rank / 32];
  warp.alive &= ~(1U << thread.lane);
  for (const auto& slot : warp.slots)
    if ((slot->mask >> thread.lane & 1) != 0 && slot->came != 0) open_if_complete(warp, *slot);
  // Nobody may reach into a block that has ended.
  if (--block.live == 0) arenas_.end(block.rank, launch.shared_end);
  Thread* next = this->next();
  const bool taken_over = !EMU_THREAD_SANITIZER && next != nullptr && next->context == nullptr;
  if (!taken_over) stacks_.give_back(thread.stack);
  return next;
}

void Scheduler::yield() {
  [[maybe_unused]] const Quiet quiet;
  make_ready(current);
  wait("yield", {});
}

/// After an error threads are left where they wait; their stacks are used again.
void Scheduler::dismiss() {
  ready_.clear();
  for (ResidentBlock& block : team_.blocks)
    for (Thread& thread : block.all) {
      if (thread.context == nullptr || thread.done) continue;
#if EMU_THREAD_SANITIZER
      // What they did is ordered before what follows. (Their fibers stay in their calls: lost.)
      __tsan_switch_to_fiber(thread.stack->sanitizers_fiber, kNoOrder);
      __tsan_switch_to_fiber(root_stack_.sanitizers_fiber, 0);
#else
      EMU_UNPOISON(thread.stack->base + kGuard, thread.stack->size - kGuard);
      stacks_.give_back(thread.stack);
#endif
    }
}

}  // namespace emu
