#include "scheduler/arenas.hpp"

#include <algorithm>
#include <cstring>

#include <sys/mman.h>

#include "emu/options.hpp"
#include "emu/shared_memory.hpp"
#include "scheduler/stacks.hpp"

namespace emu {

namespace {

/// Room for the variables and the gaps between them.
constexpr std::size_t kArena = std::size_t{448} << 10;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kOrderObject = 8;  ///< bytes: the sanitizer's own granularity
constexpr std::size_t kOrderBytes = std::size_t{256} << 10;

/// The same addresses with memory that nobody has seen.
void renew(void* memory, std::size_t bytes) {
  munmap(memory, bytes);
  if (mmap(memory, bytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
    throw Error("no memory for the emulation's shared variables");
}

}  // namespace

Arenas::~Arenas() {
  for (const Arena& arena : arenas_) {
    EMU_UNPOISON(arena.memory, kArena);
    munmap(arena.memory, kArena);
  }
}

std::byte* Arenas::fresh(std::size_t index) {
  while (arenas_.size() <= index) {
    arenas_.push_back({static_cast<std::byte*>(map_memory(kArena)), 0});
    EMU_POISON(arenas_.back().memory, kArena);
  }
  Arena& arena = arenas_[index];
  if (EMU_THREAD_SANITIZER && arena.touched > 0)
    renew(arena.memory, (arena.touched + kPage - 1) / kPage * kPage);
  EMU_POISON(arena.memory, arena.touched);  // of a block that never ended, after an error
  arena.touched = kArena;                   // unless end() says less
  return arena.memory;
}

void Arenas::end(std::size_t index, std::size_t bytes) {
  EMU_POISON(arenas_[index].memory, bytes);
  arenas_[index].touched = bytes;
}

OrderObjects::~OrderObjects() {
  if (memory_ != nullptr) munmap(memory_, bytes_);
}

void OrderObjects::expect(std::size_t count) {
  if (!EMU_THREAD_SANITIZER || taken_ + count * kOrderObject <= bytes_) return;
  if (memory_ != nullptr) munmap(memory_, bytes_);
  bytes_ = std::max(kOrderBytes, count * kOrderObject);
  memory_ = static_cast<char*>(map_memory(bytes_));
  taken_ = 0;
}

char* OrderObjects::take() {
  if (!EMU_THREAD_SANITIZER) return nullptr;
  if (taken_ + kOrderObject > bytes_) throw Error("more meetings at once than were expected");
  char* object = memory_ + taken_;
  taken_ += kOrderObject;
  return object;
}

void fill_with_nan(void* memory, std::size_t bytes) {
  std::memset(memory, 0xff, bytes);
}

}  // namespace emu
