#pragma once
/// Loops over a data set's blocks, cut into tasks by the data's size alone.

#include <algorithm>
#include <cstdint>

#include "cohort/parallel.hpp"

#include "host/cpu/data_set.hpp"

namespace cohort::cpu {

/// Blocks in a task: 4096 rows.
inline constexpr std::int64_t kTaskBlocks = 256;

[[nodiscard]] inline std::int64_t block_tasks(std::int64_t blocks) {
  return (blocks + kTaskBlocks - 1) / kTaskBlocks;
}

/// Calls body(first, last, worker) for ranges [first, last) that cover [0, blocks); first is a
/// multiple of kTaskBlocks.
template <class Body>
void over_blocks(ThreadPool& pool, std::int64_t blocks, const Body& body) {
  pool.run(block_tasks(blocks), [&](std::int64_t task, int worker) {
    const std::int64_t first = task * kTaskBlocks;
    body(first, std::min(first + kTaskBlocks, blocks), worker);
  });
}

/// Lanes that a piece of over_cached_pieces() has at most.
inline constexpr std::int64_t kPieceLanes = 32 * kBlock;

/// Cuts [first, last) into pieces of at most so many bytes and blocks, but of one block at least.
template <class Body>
void over_pieces(std::int64_t first, std::int64_t last, std::int64_t features, std::int64_t bytes,
                 std::int64_t blocks, const Body& body) {
  const std::int64_t block_bytes = kBlock * static_cast<std::int64_t>(sizeof(float)) * features;
  const std::int64_t step = std::clamp<std::int64_t>(bytes / block_bytes, 1, blocks);
  for (std::int64_t b = first; b < last; b += step) body(b, std::min(step, last - b));
}

/// Pieces whose rows stay in the first-level cache while several sets of centres are tried on them.
template <class Body>
void over_cached_pieces(std::int64_t first, std::int64_t last, std::int64_t features,
                        const Body& body) {
  over_pieces(first, last, features, 16384, kPieceLanes / kBlock, body);
}

}  // namespace cohort::cpu
