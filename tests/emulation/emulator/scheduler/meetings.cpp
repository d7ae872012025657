/// Where threads wait for each other: barriers and the collective operations of warps.

#include "emu/atomics.hpp"
#include "emu/barriers.hpp"
#include "emu/quiet.hpp"
#include "scheduler/switch.hpp"

namespace emu {

namespace {

ResidentBlock& my_block() {
  return static_cast<ResidentBlock&>(*self().block);
}

bool same_text(const char* a, const char* b) {
  return a == b || std::strcmp(a, b) == 0;
}

/// By hand: a memcpy would be a write that the thread sanitizer sees.
void copy_quietly(const void* from, std::size_t size, unsigned char* to) {
  const auto* bytes = static_cast<const unsigned char*>(from);
  if (size == 4)
    __builtin_memcpy(to, bytes, 4);
  else if (size == 8)
    __builtin_memcpy(to, bytes, 8);
  else
    for (std::size_t i = 0; i < size; ++i) const_cast<volatile unsigned char*>(to)[i] = bytes[i];
}

[[noreturn, gnu::noinline, gnu::cold]] void fail_divergent(const char* what, const Loc& where,
                                                           const Loc& others) {
  fail(std::string("divergent ") + what + " (others wait at " + text_of(others) + ")", where);
}
[[noreturn, gnu::noinline, gnu::cold]] void fail_strange_mask(const char* op, const Loc& where) {
  fail(std::string(op) + ": the calling lane is not in the mask", where);
}
[[noreturn, gnu::noinline, gnu::cold]] void fail_mixed(const char* op, const Loc& where,
                                                       const char* others) {
  fail(std::string(op) + ": other lanes of the mask are in " + others, where);
}

/// What every barrier of threads does.
[[gnu::always_inline]] inline int arrive(Barrier& barrier, const char* what, const Loc& where,
                                         int vote) {
  [[maybe_unused]] const Quiet quiet;
  Scheduler& scheduler = *Scheduler::running();
  const unsigned phase = barrier.phase;
  if (barrier.have == 0) {
    barrier.site = where;
    barrier.votes[phase] = 0;
  } else if (options.same_site &&
             (barrier.site.line != where.line || !same_text(barrier.site.file, where.file))) {
    fail_divergent(what, where, barrier.site);
  }
  EMU_RELEASE(barrier.order[phase]);
  barrier.votes[phase] += vote;
  barrier.waiting.push_back(current);
  if (++barrier.have == barrier.need) {
    barrier.have = 0;
    barrier.phase ^= 1;
    for (Thread* thread : barrier.waiting) scheduler.make_ready(thread);
    barrier.waiting.clear();
  }
  scheduler.wait(what, where);
  EMU_ACQUIRE(barrier.order[phase]);
  return barrier.votes[phase];
}

/// The slot where lanes of this mask are coming together, or a free one.
OpenSlot& slot_for(Warp& warp, unsigned mask) {
  for (const auto& slot : warp.slots)
    if (slot->mask == mask && slot->left == 0) return *slot;
  for (const auto& slot : warp.slots)
    if (slot->mask == 0) return *slot;
  return *warp.slots.emplace_back(std::make_unique<OpenSlot>());
}

}  // namespace

std::string text_of(const Loc& place) {
  const std::string file = place.file;
  return file.substr(file.rfind('/') + 1) + ":" + std::to_string(place.line);
}

std::string text_of(uint3 index) {
  return "(" + std::to_string(index.x) + "," + std::to_string(index.y) + "," +
         std::to_string(index.z) + ")";
}

void fail(const std::string& message, const Loc& where) {
  throw Error(message + " at " + text_of(where) + ", block " + text_of(self().block->idx) +
              " thread " + text_of(self().tid));
}

void fail_absent_lane(const char* op, int source, const Loc& where) {
  fail(std::string(op) + ": source lane " + std::to_string(source) + " takes no part", where);
}

int sync_block(const char* what, const Loc& where, int vote) {
  return arrive(my_block().barrier, what, where, vote);
}

void sync_team(const char* what, const Loc& where) {
  arrive(my_block().team->barrier, what, where, 0);
}

void yield() {
  Scheduler::running()->yield();
}

void jitter() {
  Scheduler& scheduler = *Scheduler::running();
  if (scheduler.dice().roll(options.jitter) == 0) scheduler.yield();
}

Slot& meet(unsigned mask, const void* value, std::size_t size, const char* op, const Loc& where,
           bool orders) {
  [[maybe_unused]] const Quiet quiet;
  Scheduler& scheduler = *Scheduler::running();
  Thread& me = self();
  Warp& warp = my_block().warps[me.rank / 32];
  if ((mask >> me.lane & 1) == 0) fail_strange_mask(op, where);
  OpenSlot& slot = slot_for(warp, mask);
  if (slot.mask == 0) {
    slot.mask = mask;
    slot.op = op;
    slot.size = size;
  } else if (!same_text(slot.op, op) || slot.size != size) {
    fail_mixed(op, where, slot.op);
  }
  copy_quietly(value, size, slot.val[me.lane]);
  slot.who[me.lane] = &me;
  slot.came |= 1U << me.lane;
  if (orders) {
    if (slot.order == nullptr) slot.order = scheduler.order_objects().take();
    EMU_RELEASE(slot.order);
  }
  scheduler.open_if_complete(warp, slot);
  scheduler.wait(op, where);
  if (orders) EMU_ACQUIRE(slot.order);
  return slot;
}

void leave(Slot& left) {
  auto& slot = static_cast<OpenSlot&>(left);
  slot.left &= ~(1U << self().lane);
  if (slot.left == 0) slot.mask = slot.came = 0;
}

void Scheduler::open_if_complete(const Warp& warp, OpenSlot& slot) {
  if (slot.came != (slot.mask & warp.alive) || slot.left != 0) return;
  slot.left = slot.came;
  for (unsigned lanes = slot.came; lanes != 0; lanes &= lanes - 1)
    make_ready(slot.who[__builtin_ctz(lanes)]);
}

unsigned ballot(const char* op, unsigned mask, bool predicate, const Loc& where) {
  const unsigned vote = predicate ? 1 : 0;
  return collective(mask, vote, op, where, false, [](const Slot& slot) {
    unsigned yes = 0;
    for (unsigned i = 0; i < 32; ++i)
      if ((slot.came >> i & 1) != 0) yes |= unsigned{slot.val[i][0]} << i;
    return yes;
  });
}

void sync_warp(unsigned mask, const Loc& where) {
  const int nothing = 0;
  leave(meet(mask, &nothing, sizeof nothing, "__syncwarp", where, true));
}

}  // namespace emu
