#pragma once
/// Lloyd's iterations of all restarts in one launch, for rows in registers: every row finds its
/// nearest centre in each restart, rows that change move their terms, and each restart's centres
/// are then moved by one block. Two waits of the whole grid an iteration, no word from the host.
///
/// A warp takes two tiles at a time and measures its rows against all live restarts, whose centres
/// and sums lie in the block's shared memory, as many restarts at a time as it holds. Bytes an
/// iteration: 4 d a row, and for each restart a label, 1 byte, written back where it changes.
/// 10M x 16, k = 16: 650 MB, 0.14 ms at 4.8 TB/s, and 0.13 ms of arithmetic (nearest_narrow.cuh).
/// 100M x 6, k = 4: 2.5 GB, 0.52 ms, and 100 instructions a row, 0.3 ms. Ten restarts of k = 8, D =
/// 16 are bound by arithmetic: 180 instructions a row and restart, 0.55 ms for 10M rows. 100k x 8,
/// k = 8: 3 us of latencies for the pass, 2 us to bring the sums together, 2 us to move centres and
/// 3 us of waits.

#include "cuda/kmeans_advance.cuh"
#include "cuda/kmeans_passes.hpp"
#include "cuda/nearest_narrow.cuh"

namespace cohort::cuda {

/// A restart that a block is working on.
struct Staged {
  std::uint8_t* labels;
  float largest_norm;
  unsigned changed;  ///< labels
};

/// A block's restarts in shared memory: centres; the lower halves of sums, and the upper.
class Stage {
 public:
  __device__ Stage(const Restarts& restarts, int together, Staged* staged, float* memory)
      : restarts_(restarts),
        staged_(staged),
        centers_size_(static_cast<int>(restarts.layout.size())),
        sums_size_(static_cast<int>(restarts.sums_each())),
        centers_(memory),
        low_(reinterpret_cast<unsigned*>(memory + together * centers_size_)),
        high_(low_ + together * sums_size_) {}

  /// Bytes that each restart takes.
  [[nodiscard]] static std::int64_t bytes_each(const CenterLayout& layout) {
    return 4 * layout.size() + 8 * layout.clusters * (layout.features + 1);
  }

  /// Called by the whole block: brings the centres of `count` restarts and begins their sums.
  __device__ void set(const int* list, int count) {
    list_ = list;
    count_ = count;
    const auto thread = static_cast<int>(threadIdx.x);
    const auto threads = static_cast<int>(blockDim.x);
    for (int r = 0; r < count; ++r) {
      const float* const from = restarts_.centers_of(list[r]);
      for (int i = thread; i < centers_size_; i += threads)
        centers_[r * centers_size_ + i] = from[i];
    }
    for (int i = thread; i < count * sums_size_; i += threads) low_[i] = high_[i] = 0;
    if (thread < count)
      staged_[thread] = {static_cast<std::uint8_t*>(restarts_.labels_of(list[thread]).values),
                         restarts_.states[list[thread]].largest_norm, 0};
    __syncthreads();
  }

  [[nodiscard]] __device__ int count() const { return count_; }
  [[nodiscard]] __device__ Staged& restart(int r) const { return staged_[r]; }
  [[nodiscard]] __device__ const float* centers(int r) const {
    return centers_ + r * centers_size_;
  }
  [[nodiscard]] __device__ SharedSums sums(int r) const {
    return {low_ + r * sums_size_, high_ + r * sums_size_};
  }

  /// Called by the whole block when all its rows are done: adds what it found to what all find.
  __device__ void bring_together() const {
    __syncthreads();
    const auto thread = static_cast<int>(threadIdx.x);
    for (int r = 0; r < count_; ++r) {
      const SharedSums from = sums(r);
      WrappingSum* const to = restarts_.sums_of(list_[r]);
      for (int i = thread; i < sums_size_; i += static_cast<int>(blockDim.x)) {
        const WrappingSum sum = static_cast<WrappingSum>(from.high[i]) << 32 | from.low[i];
        if (sum != 0) atomicAdd(to + i, sum);
      }
    }
    if (thread < count_ && staged_[thread].changed != 0)
      atomicAdd(&restarts_.states[list_[thread]].changed,
                static_cast<unsigned long long>(staged_[thread].changed));
    __syncthreads();
  }

 private:
  const Restarts& restarts_;
  Staged* staged_;
  int centers_size_;
  int sums_size_;
  float* centers_;
  unsigned* low_;
  unsigned* high_;
  const int* list_ = nullptr;
  int count_ = 0;
};

/// Which of a warp's 64 rows: those of the first tile in the lower half.
__device__ inline std::uint64_t ballot_of_pairs(const bool (&rows)[2]) {
  const std::uint64_t first = __ballot_sync(~0U, rows[0]);
  return static_cast<std::uint64_t>(__ballot_sync(~0U, rows[1])) << 32 | first;
}

/// Called by a whole warp: moves its changed rows, 32 / D at a time.
/// \param before, label  of all its rows
template <int D>
__device__ void move_changed(const LloydWork& work, int tile, std::uint64_t changed,
                             const int (&before)[2], const int (&label)[2],
                             const SharedSums& sums) {
  constexpr int kTurn = 32 / D;
  const auto lane = static_cast<int>(threadIdx.x % 32);
  const int both[2] = {before[0] | label[0] << 8, before[1] | label[1] << 8};
  while (changed != 0) {
    std::uint64_t mine = changed;
#pragma unroll
    for (int turn = 1; turn < kTurn; ++turn)
      if (lane / D >= turn) mine &= mine - 1;
#pragma unroll
    for (int turn = 0; turn < kTurn; ++turn) changed &= changed - 1;
    const int row = __ffsll(static_cast<long long>(mine)) - 1;
    const int first = __shfl_sync(~0U, both[0], row & 31);
    const int second = __shfl_sync(~0U, both[1], row & 31);
    if (row < 0) continue;
    const int of_row = row < 32 ? first : second;
    const int from = of_row & 255;
    move_row<D>(work.data, work.rows, static_cast<std::int64_t>(tile) * kTileRows + row,
                from == kNoByteLabel ? -1 : from, of_row >> 8, lane % D,
                static_cast<int>(work.restarts.layout.clusters), sums);
  }
}

/// A pass over this block's rows for the restarts on the stage.
template <int D>
__device__ void pass(const LloydWork& work, const Stage& stage) {
  const Tiles& data = work.data;
  const auto k = static_cast<int>(work.restarts.layout.clusters);
  const int pairs = pairs_of(data);
  for (int pair = first_pair(); pair < pairs; pair += pair_step()) {
    const RowPair<D> rows(data, 2 * pair);
    const PairRows at(data, 2 * pair);
    float norm[2];
    squared_norms(rows, norm);
    for (int r = 0; r < stage.count(); ++r) {
      Staged& restart = stage.restart(r);
      std::uint8_t* const labels = restart.labels + at.first;
      const int before[2] = {labels[0], labels[kTileRows]};
      int label[2];
      find_nearest(rows, norm, stage.centers(r), k, restart.largest_norm, label);
      const bool changes[2] = {at.exists[0] && label[0] != before[0],
                               at.exists[1] && label[1] != before[1]};
      const std::uint64_t changed = ballot_of_pairs(changes);
      if (changed == 0) continue;
#pragma unroll
      for (int p = 0; p < 2; ++p)
        if (changes[p]) labels[p * kTileRows] = static_cast<std::uint8_t>(label[p]);
      if (threadIdx.x % 32 == 0)
        atomicAdd(&restart.changed, static_cast<unsigned>(__popcll(changed)));
      move_changed<D>(work, 2 * pair, changed, before, label, stage.sums(r));
    }
  }
}

/// Called by a whole block: lists the restarts that go on; none when one waits for the host.
__device__ inline int list_live(const Restarts& restarts, int* list) {
  SHARED(listed, int);
  if (threadIdx.x < 32) {
    int count = 0;
    bool some_wait = false;
    for (int first = 0; first < restarts.count; first += 32) {
      const int restart = first + static_cast<int>(threadIdx.x);
      const bool exists = restart < restarts.count;
      const bool live = exists && restarts.states[restart].stop == LloydStop::no;
      const bool waits = exists && restarts.states[restart].waits != 0;
      some_wait = __any_sync(~0U, some_wait || waits) != 0;
      const unsigned all = __ballot_sync(~0U, live);
      if (live) list[count + __popc(all & ((1U << threadIdx.x) - 1))] = restart;
      count += __popc(all);
    }
    if (threadIdx.x == 0) listed = some_wait ? 0 : count;
  }
  __syncthreads();
  return listed;
}

/// Until every restart has stopped or one waits. Cooperative.
/// \param together  restarts that a block's shared memory holds
template <int D>
__global__ void __launch_bounds__(pair_threads(D), 1)
    lloyd_iterations(const __grid_constant__ LloydWork work, int together, PassCount passes) {
  SHARED(live, int[kMostRestarts]);
  SHARED(staged, Staged[kMostRestarts]);
  DYNAMIC_SHARED(memory, float);
  const auto grid = cooperative_groups::this_grid();
  Stage stage(work.restarts, together, staged, memory);
  for (int made = 1;; ++made) {
    const int count = list_live(work.restarts, live);
    if (count == 0) return;
    for (int first = 0; first < count; first += together) {
      stage.set(live + first, count - first < together ? count - first : together);
      pass<D>(work, stage);
      stage.bring_together();
    }
    grid.sync();
    for (std::int64_t r = blockIdx.x; r < count; r += gridDim.x) advance(work, live[r]);
    passes.tell(made);
    grid.sync();
  }
}

}  // namespace cohort::cuda
