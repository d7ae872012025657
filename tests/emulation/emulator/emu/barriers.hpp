#pragma once
/// __syncthreads and its relatives, and fences.

#include "emu/thread.hpp"

namespace emu {

/// Waits for all threads of the block; the sum of their votes.
int sync_block(const char* what, const Loc& where, int vote = 0);

/// Waits for all threads of the cluster, or of the cooperative grid.
void sync_team(const char* what, const Loc& where);

/// Lets others go first.
void yield();

/// A fence orders everything before it in one thread with everything behind a later one in another.
inline char fence;

}  // namespace emu

inline void __syncthreads(EMU_HERE) {
  emu::sync_block("__syncthreads", here);
}
inline int __syncthreads_count(int predicate, EMU_HERE) {
  return emu::sync_block("__syncthreads_count", here, predicate != 0);
}
inline int __syncthreads_or(int predicate, EMU_HERE) {
  return emu::sync_block("__syncthreads_or", here, predicate != 0) != 0;
}
inline int __syncthreads_and(int predicate, EMU_HERE) {
  return emu::sync_block("__syncthreads_and", here, predicate == 0) == 0;
}

inline void __threadfence() {
  EMU_ACQUIRE(&emu::fence);
  EMU_RELEASE(&emu::fence);
}
inline void __threadfence_block() {
  __threadfence();
}
inline void __threadfence_system() {
  __threadfence();
}

/// What a loop that waits for another thread must call: nobody else runs otherwise.
inline void __nanosleep(unsigned) {
  emu::yield();
}
