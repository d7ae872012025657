#pragma once
/// A block's shared memory: dynamic memory first, then each static variable, at the same offset in
/// every block of a launch, with space between them that the address sanitizer guards. Every block
/// finds it filled with 0xff: NaN, or -1.

#include <algorithm>
#include <cstddef>

#include "emu/thread.hpp"

namespace emu {

inline constexpr std::size_t kMaxShared = std::size_t{227} << 10;       ///< of a block
inline constexpr std::size_t kMaxStaticShared = std::size_t{48} << 10;  ///< of it, without asking
inline constexpr std::size_t kSharedGap = 64;  ///< bytes between variables that are nobody's

/// The variable that `key` stands for. \throws Error beyond the limits
void* shared_variable(const void* key, std::size_t size, std::size_t alignment);

template <class T>
T& shared_var(const void* key) {
  return *static_cast<T*>(shared_variable(key, sizeof(T), std::max<std::size_t>(alignof(T), 16)));
}

template <class T>
T* shared_dyn() {
  return reinterpret_cast<T*>(self().block->shared);
}

/// What `mine`, in the caller's shared memory, is in the block of that rank of its cluster.
/// \throws Error where there is no such block, or no longer
void* in_block_of_rank(void* mine, unsigned rank);

/// Blocks in the caller's cluster (or cooperative grid).
unsigned blocks_of_team();

}  // namespace emu
