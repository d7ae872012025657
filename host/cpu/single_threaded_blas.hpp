#pragma once
/// BLAS cuts its work by its own threads, and so its sums: with one thread a result depends on the
/// data alone. Parallelism is ours.

#include <cstddef>

#include <cblas.h>
#include <sys/mman.h>

#include "cohort/error.hpp"

namespace cohort::cpu {

/// At its first use OpenBLAS takes a buffer of address space, and tries for ever where there is no
/// room for it.
inline bool room_for_blas() {
  constexpr std::size_t kBuffer = (std::size_t{128} << 20) + (std::size_t{64} << 10);
  void* const room = mmap(nullptr, kBuffer, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) {
    throw MemoryError(
        "OpenBLAS needs 134 MB of address space, more than this process may still take; raise its "
        "limit (ulimit -v)");
  }
  munmap(room, kBuffer);
  return true;
}

inline void single_threaded_blas() {
  [[maybe_unused]] static const bool found_once = room_for_blas();
  openblas_set_num_threads(1);
}

}  // namespace cohort::cpu
