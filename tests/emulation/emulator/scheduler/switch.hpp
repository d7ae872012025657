#pragma once
/// The way from one CUDA thread to another, all of it inline: every return behind a switch is
/// mispredicted, for the processor remembers the calls of the stack that was left.

#include "scheduler/scheduler.hpp"

#if EMU_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace emu {

/// The thread sanitizer takes such a switch for no order of memory.
inline constexpr unsigned kNoOrder = 1;

/// \param for_good  the running thread will not be switched to again
[[gnu::always_inline]] inline void Scheduler::switch_to(Thread& to,
                                                        [[maybe_unused]] bool for_good) {
  Thread* const from = current;
  if (to.context == nullptr) prepare(to);
  current = &to;
#if EMU_ADDRESS_SANITIZER
  void* locals = nullptr;
  __sanitizer_start_switch_fiber(for_good ? nullptr : &locals, to.stack->base, to.stack->size);
#endif
#if EMU_THREAD_SANITIZER
  __tsan_switch_to_fiber(to.stack->sanitizers_fiber, kNoOrder);
#endif
  const auto came = boost::context::detail::jump_fcontext(to.context, from);
  static_cast<Thread*>(came.data)->context = came.fctx;
#if EMU_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(locals, nullptr, nullptr);
#endif
}

[[gnu::always_inline]] inline void Scheduler::wait(const char* what, const Loc& where) {
  Thread* const me = current;
  me->waits_in = what;
  me->waits_file = where.file;
  me->waits_line = where.line;
  Thread* const other = next();
  if (other != me) switch_to(other != nullptr ? *other : root_, false);
}

}  // namespace emu
