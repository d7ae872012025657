#include "scheduler/stacks.hpp"

#include <algorithm>

#include <sys/mman.h>

#include "emu/options.hpp"

namespace emu {

namespace {

constexpr std::size_t kPage = 4096;
/// Tops of stacks differ by this, modulo the cache's sets: equal ones would evict each other.
constexpr std::size_t kStagger = 17 * 64;
constexpr std::size_t kStaggers = 61;
/// A guarded stack takes two of the 65530 mappings that a process may have.
constexpr std::size_t kGuarded = 8192;

/// The thread sanitizer takes a fiber that is used again for the same thread, and would see no race
/// between its old user and its new one: so many are in turn at least, and two generations of a
/// large block's threads. (They cost a megabyte each, and clocks grow with their number.)
constexpr std::size_t kFewestFibers = 512;

}  // namespace

void* map_memory(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw Error("no memory for the emulation's threads");
  return memory;
}

Stacks::~Stacks() {
  for (const std::unique_ptr<Stack>& stack : all_) munmap(stack->base, stack->mapped);
}

void Stacks::expect(std::size_t threads, std::size_t at_once) {
  if (!EMU_THREAD_SANITIZER) return;
  // One more than two generations: nobody gets the fiber of his own namesake.
  wanted_ = std::min(threads, std::max(kFewestFibers, 2 * at_once + 1));
}

Stack* Stacks::make() {
  auto stack = std::make_unique<Stack>();
  stack->mapped = options.stack;
  stack->base = static_cast<char*>(map_memory(stack->mapped));
  stack->size = stack->mapped - all_.size() % kStaggers * kStagger;
  if (all_.size() < kGuarded) mprotect(stack->base, kPage, PROT_NONE);
#if EMU_THREAD_SANITIZER
  stack->sanitizers_fiber = __tsan_create_fiber(0);
#endif
  return all_.emplace_back(std::move(stack)).get();
}

Stack* Stacks::take() {
  if (idle_.empty() || all_.size() < wanted_) return make();
  Stack* stack = idle_.front();
  idle_.pop_front();
  return stack;
}

/// The warmest is used first; under the thread sanitizer the one that has rested longest.
void Stacks::give_back(Stack* stack) {
  if (EMU_THREAD_SANITIZER)
    idle_.push_back(stack);
  else
    idle_.push_front(stack);
}

}  // namespace emu
