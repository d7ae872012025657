#pragma once
/// The CUDA thread that is running, and where it is.

#include <cstddef>
#include <vector>

#include "emu/options.hpp"
#include "emu/vocabulary.hpp"

namespace emu {

/// What all blocks of a launch have in common.
struct Grid {
  dim3 grid, block, cluster;
  std::size_t dynamic_bytes = 0;  ///< of shared memory
};

struct Block {
  uint3 idx{};
  unsigned rank = 0;     ///< in its cluster
  unsigned threads = 0;  ///< in it
  const Grid* grid = nullptr;
  std::byte* shared = nullptr;  ///< its shared memory, the dynamic part first
};

struct Stack;

/// What a switch needs lies in one cache line: that is what an emulation spends its time on.
struct alignas(64) Thread {
  void* context = nullptr;  ///< where it goes on; null: not started
  Stack* stack = nullptr;
  Block* block = nullptr;
  const char* waits_in = nullptr;
  const char* waits_file = nullptr;
  unsigned waits_line = 0;
  uint3 tid{};
  unsigned rank = 0;  ///< in its block
  unsigned char lane = 0;
  bool done = false;

  /// cp.async under way, and how many groups of them were ended.
  struct Copy {
    void* dst;
    const void* src;
    unsigned group;
  };
  std::vector<Copy> copies;
  unsigned groups = 0;
};

inline constinit thread_local Thread* current = nullptr;
inline Thread& self() {
  return *current;
}

}  // namespace emu

#define threadIdx (::emu::self().tid)
#define blockIdx (::emu::self().block->idx)
#define blockDim (::emu::self().block->grid->block)
#define gridDim (::emu::self().block->grid->grid)
inline constexpr int warpSize = 32;
