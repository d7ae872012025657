#pragma once
/// Loops over the rows of a host matrix, cut into tasks by their number alone.

#include <algorithm>
#include <cstdint>

#include "cohort/parallel.hpp"

namespace cohort {

/// Calls body(first, last, worker) for ranges [first, last) that cover [0, rows).
template <class Body>
void over_row_chunks(ThreadPool& pool, std::int64_t rows, const Body& body) {
  constexpr std::int64_t kChunk = 4096;
  pool.run((rows + kChunk - 1) / kChunk, [&](std::int64_t task, int worker) {
    body(task * kChunk, std::min(rows, (task + 1) * kChunk), worker);
  });
}

}  // namespace cohort
