#pragma once
/// Blocks that are resident together, a cluster or a cooperative grid, and where their threads
/// meet.

#include <deque>
#include <memory>
#include <vector>

#include "emu/thread.hpp"
#include "emu/warp.hpp"

namespace emu {

struct Barrier {
  unsigned need = 0, have = 0;
  unsigned phase = 0;  ///< how often it has opened, modulo 2
  int votes[2] = {0, 0};
  char* order[2] = {nullptr, nullptr};  ///< what the thread sanitizer orders by, in each phase
  Loc site;                             ///< of the first that came
  std::vector<Thread*> waiting;

  void reset(unsigned threads) {
    need = threads;
    have = phase = 0;
    waiting.clear();
  }
};

struct OpenSlot : Slot {
  unsigned mask = 0;  ///< 0: free
  unsigned left = 0;  ///< lanes that have yet to leave; 0: not complete
  const char* op = nullptr;
  std::size_t size = 0;
  char* order = nullptr;
  Thread* who[32];
};

struct Warp {
  unsigned alive = 0;  ///< lanes that have not ended
  std::vector<std::unique_ptr<OpenSlot>> slots;
};

struct Variable {  ///< in shared memory
  const void* key;
  std::size_t offset, size;
};

/// A launch under way.
struct Launch {
  Grid grid;
  void (*body)(const void*) = nullptr;
  const void* arguments = nullptr;
  std::vector<Variable> variables;  ///< static shared ones that a thread has seen so far
  std::size_t static_bytes = 0;
  std::size_t shared_end = 0;  ///< behind the last variable and its gap
};

struct Team;
struct ResidentBlock : Block {
  Team* team = nullptr;
  unsigned live = 0;          ///< threads that have not ended
  std::size_t variables = 0;  ///< of the launch, laid out here so far
  Barrier barrier;
  std::vector<Warp> warps;
  std::vector<Thread> all;
};

struct Team {
  Launch* launch = nullptr;
  std::deque<ResidentBlock> blocks;
  Barrier barrier;
};

}  // namespace emu
