#pragma once
/// Cooperative groups: blocks, tiles of a warp, clusters and grids.

#include <bit>

#include "emu/barriers.hpp"
#include "emu/shared_memory.hpp"
#include "emu/warp.hpp"

namespace cooperative_groups {

struct thread_block {
  void sync(EMU_HERE) const { emu::sync_block("thread_block::sync", here); }
  static unsigned thread_rank() { return emu::self().rank; }
  static unsigned num_threads() { return emu::self().block->threads; }
  static unsigned size() { return num_threads(); }
  static dim3 group_index() { return emu::self().block->idx; }
  static dim3 thread_index() { return emu::self().tid; }
};
inline thread_block this_thread_block() {
  return {};
}
inline void sync(const thread_block& block, EMU_HERE) {
  block.sync(here);
}

/// N neighbouring lanes of a warp.
template <unsigned N>
struct thread_block_tile {
  static_assert(std::has_single_bit(N) && N <= 32);
  static unsigned mask() { return N == 32 ? ~0U : ((1U << (N % 32)) - 1) << first_lane(); }
  static unsigned thread_rank() { return emu::self().rank % N; }
  static constexpr unsigned num_threads() { return N; }
  static constexpr unsigned size() { return N; }
  static unsigned meta_group_rank() { return emu::self().rank / N; }
  static unsigned meta_group_size() { return (emu::self().block->threads + N - 1) / N; }

  void sync(EMU_HERE) const { emu::sync_warp(mask(), here); }
  template <class T>
  T shfl(T value, unsigned source, EMU_HERE) const {
    return emu::shuffle("tile.shfl", mask(), value, static_cast<int>(first_lane() + source % N),
                        true, here);
  }
  template <class T>
  T shfl_xor(T value, unsigned bits, EMU_HERE) const {
    const unsigned source = thread_rank() ^ bits;
    return emu::shuffle("tile.shfl_xor", mask(), value, static_cast<int>(first_lane() + source),
                        source < N, here);
  }
  template <class T>
  T shfl_down(T value, unsigned delta, EMU_HERE) const {
    const unsigned source = thread_rank() + delta;
    return emu::shuffle("tile.shfl_down", mask(), value, static_cast<int>(first_lane() + source),
                        source < N, here);
  }
  template <class T>
  T shfl_up(T value, unsigned delta, EMU_HERE) const {
    return emu::shuffle("tile.shfl_up", mask(), value, emu::lane() - static_cast<int>(delta),
                        delta <= thread_rank(), here);
  }
  int any(int predicate, EMU_HERE) const { return __any_sync(mask(), predicate, here); }
  int all(int predicate, EMU_HERE) const { return __all_sync(mask(), predicate, here); }
  unsigned ballot(int predicate, EMU_HERE) const {
    return __ballot_sync(mask(), predicate, here) >> first_lane();
  }

 private:
  static unsigned first_lane() { return emu::self().lane / N * N; }
};
template <unsigned N>
thread_block_tile<N> tiled_partition(const thread_block&) {
  return {};
}

template <class T>
struct plus {
  T operator()(T a, T b) const { return a + b; }
};
template <class T>
struct less {
  T operator()(T a, T b) const { return b < a ? b : a; }
};
template <class T>
struct greater {
  T operator()(T a, T b) const { return a < b ? b : a; }
};
template <class T>
struct bit_and {
  T operator()(T a, T b) const { return a & b; }
};
template <class T>
struct bit_or {
  T operator()(T a, T b) const { return a | b; }
};
template <class T>
struct bit_xor {
  T operator()(T a, T b) const { return a ^ b; }
};
/// combine over the values of a tile's lanes, in all of them.
template <unsigned N, class T, class F>
T reduce(const thread_block_tile<N>& tile, T value, F combine, EMU_HERE) {
  return emu::reduce_lanes("reduce", tile.mask(), value, here, combine);
}

struct cluster_group {
  static void sync(EMU_HERE) { emu::sync_team("cluster_group::sync", here); }
  static unsigned block_rank() { return emu::self().block->rank; }
  static unsigned num_blocks() { return emu::blocks_of_team(); }
  static unsigned thread_rank() {
    return block_rank() * emu::self().block->threads + emu::self().rank;
  }
  /// p as it lies in the shared memory of another block of the cluster.
  template <class T>
  static T* map_shared_rank(T* p, unsigned rank) {
    return static_cast<T*>(emu::in_block_of_rank(p, rank));
  }
};
inline cluster_group this_cluster() {
  return {};
}

struct grid_group {
  void sync(EMU_HERE) const { emu::sync_team("grid_group::sync", here); }
  static unsigned block_rank() {
    const uint3 at = emu::self().block->idx;
    const dim3 grid = emu::self().block->grid->grid;
    return at.x + grid.x * (at.y + grid.y * at.z);
  }
  static unsigned num_blocks() {
    const dim3 grid = emu::self().block->grid->grid;
    return grid.x * grid.y * grid.z;
  }
  static unsigned long long thread_rank() {
    return static_cast<unsigned long long>(block_rank()) * emu::self().block->threads +
           emu::self().rank;
  }
  static unsigned long long num_threads() {
    return static_cast<unsigned long long>(num_blocks()) * emu::self().block->threads;
  }
  static unsigned long long size() { return num_threads(); }
};
inline grid_group this_grid() {
  return {};
}

}  // namespace cooperative_groups
