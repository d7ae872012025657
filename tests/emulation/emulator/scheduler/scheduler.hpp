#pragma once
/// Who runs when. Every OS thread has its own scheduler, on which one kernel runs at a time.

#include <exception>
#include <string>

#include <boost/context/detail/fcontext.hpp>

#include "scheduler/arenas.hpp"
#include "scheduler/ready_queue.hpp"
#include "scheduler/stacks.hpp"
#include "scheduler/team.hpp"

namespace emu {

class Scheduler {
 public:
  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Of the calling OS thread.
  [[nodiscard]] static Scheduler& of_this_thread();
  /// The one that runs the calling CUDA thread; null where the caller is none.
  [[nodiscard]] static Scheduler* running() { return running_; }

  /// Runs all blocks. \throws what a thread threw, or Error where threads wait for ever
  void run(Launch& launch, bool cooperative);

  /// The calling CUDA thread waits until somebody makes it ready.
  void wait(const char* what, const Loc& where);
  void make_ready(Thread* thread) { ready_.push(thread); }
  void yield();
  /// Opens the slot if every living lane of its mask has come.
  void open_if_complete(const Warp& warp, OpenSlot& slot);

  [[nodiscard]] Dice& dice() { return dice_; }
  [[nodiscard]] OrderObjects& order_objects() { return order_objects_; }

 private:
  void run_team(Launch& launch, unsigned number, unsigned blocks);
  void assemble(Launch& launch, unsigned number, unsigned blocks);
  void assemble(ResidentBlock& block, const Launch& launch, uint3 at);
  void dismiss();
  [[nodiscard]] unsigned living() const;
  [[nodiscard]] std::string who_is_stuck() const;

  [[nodiscard]] Thread* next() { return failed_ ? nullptr : ready_.pop(options.order, dice_); }
  void prepare(Thread& thread);
  void switch_to(Thread& to, bool for_good);
  static void begin(boost::context::detail::transfer_t from);
  Thread* live(Thread& thread);

  static inline constinit thread_local Scheduler* running_ = nullptr;

  Thread root_;  ///< the OS thread's own context
  Stack root_stack_;
  ReadyQueue ready_;
  Dice dice_;
  Stacks stacks_;
  Arenas arenas_;
  OrderObjects order_objects_;
  Team team_;
  std::exception_ptr failed_;
  char start_ = 0, end_ = 0;  ///< what a team's threads are ordered behind, and before
};

/// For messages.
[[nodiscard]] std::string text_of(const Loc& place);
[[nodiscard]] std::string text_of(uint3 index);

}  // namespace emu
