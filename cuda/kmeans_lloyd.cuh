#pragma once
/// Lloyd's iterations of all restarts in one launch: every block reads its rows, every row finds
/// its nearest centre in each restart, and rows that change move their terms; then each restart's
/// centres are moved by one block. Two waits of the whole grid an iteration, no word from the host.
///
/// A warp takes two tiles at a time and measures its rows against all live restarts, whose centres
/// (up to 32 features) and sums (as far as they fit) lie in shared memory. Bytes an iteration: 4 d
/// a row and a label a restart, 1 byte read, written where it changes. 10M x 16, k = 16: 650 MB,
/// 0.14 ms at 4.8 TB/s, and as much arithmetic (nearest.cuh); 100M x 6, k = 4: 2.5 GB, 0.52 ms,
/// with 100 instructions a row 0.3 ms of arithmetic. Ten restarts of k = 8, D = 16 are bound by
/// arithmetic: 180 instructions a row and restart, 0.55 ms for 10M rows. 100k x 8, k = 8: 3 us of
/// latencies for the pass, 2 us to bring the sums together, 2 us to move centres, 3 us of waits.

#include "cuda/kmeans_restarts.hpp"
#include "cuda/nearest.cuh"

namespace cohort::cuda {

struct LloydWork {
  Tiles data;
  RowTerms terms;
  const double* units;  ///< d: of each feature's grid
  LloydLimits limits;
  Restarts restarts;
  int together;         ///< restarts that shared memory holds, and that share a read
  bool sums_in_shared;  ///< or added in the GPU's memory at once
  std::int64_t* passes;  ///< of the host: counts
};

/// A restart as a block works on it.
struct Staged {
  const float* centers;
  Labels labels;
  SumsOfClusters sums;
  unsigned* changed;
  float largest_norm;
  float* distances;
};

/// A block's shared memory: for each of `together` restarts its centres, the lower and the upper
/// halves of its sums, and how many labels changed.
template <int D>
class Stage {
 public:
  __device__ Stage(const LloydWork& work, float* memory)
      : work_(work),
        centers_(memory),
        sums_(reinterpret_cast<unsigned*>(memory + work.together * center_floats(work))),
        changed_(sums_ + work.together * sum_words(work)) {}

  [[nodiscard]] static __host__ __device__ std::int64_t center_floats(const LloydWork& work) {
    return D == 0 ? 0 : work.restarts.layout.size();
  }
  [[nodiscard]] static __host__ __device__ std::int64_t sum_words(const LloydWork& work) {
    return work.sums_in_shared ? 2 * work.restarts.sums_each() : 0;
  }
  [[nodiscard]] static __host__ __device__ std::size_t bytes(const LloydWork& work) {
    return static_cast<std::size_t>(work.together * (center_floats(work) + sum_words(work) + 1)) * 4;
  }

  /// Called by the whole block: brings the centres of `count` restarts and begins their sums.
  __device__ void set(const int* restarts, int count) {
    restarts_ = restarts;
    for (int r = 0; r < count; ++r) {
      const float* from = work_.restarts.centers + restarts[r] * work_.restarts.layout.size();
      for (std::int64_t i = threadIdx.x; i < center_floats(work_); i += blockDim.x)
        centers_[r * center_floats(work_) + i] = from[i];
    }
    for (std::int64_t i = threadIdx.x; i < count * sum_words(work_); i += blockDim.x) sums_[i] = 0;
    for (int r = threadIdx.x; r < count; r += blockDim.x) changed_[r] = 0;
    __syncthreads();
  }

  /// The one that was r-th in the list of set().
  [[nodiscard]] __device__ Staged at(int r) const {
    const Restarts& all = work_.restarts;
    const std::int64_t restart = restarts_[r];
    const std::int64_t label_bytes = all.labels.narrow ? 1 : 4;
    unsigned* const low = work_.sums_in_shared ? sums_ + r * sum_words(work_) : nullptr;
    return {D == 0 ? all.centers + restart * all.layout.size() : centers_ + r * center_floats(work_),
            {static_cast<char*>(all.labels.values) + restart * all.lanes * label_bytes,
             all.labels.narrow},
            {low, low + all.sums_each(), all.sums + restart * all.sums_each()},
            changed_ + r,
            all.states[restart].largest_norm,
            all.distances + restart * all.lanes};
  }

  /// Called by the whole block when all its rows are done: adds what it found to what all found.
  __device__ void bring_together(int count) const {
    __syncthreads();
    for (int r = 0; r < count; ++r) {
      const Staged staged = at(r);
      for (std::int64_t i = threadIdx.x; i < sum_words(work_) / 2; i += blockDim.x) {
        const WrappingSum sum =
            static_cast<WrappingSum>(staged.sums.high[i]) << 32 | staged.sums.low[i];
        if (sum != 0) atomicAdd(staged.sums.sums + i, sum);
      }
    }
    for (int r = threadIdx.x; r < count; r += blockDim.x)
      if (changed_[r] != 0)
        atomicAdd(&work_.restarts.states[restarts_[r]].changed,
                  static_cast<unsigned long long>(changed_[r]));
    __syncthreads();
  }

 private:
  const LloydWork& work_;
  const int* restarts_ = nullptr;
  float* centers_;
  unsigned* sums_;
  unsigned* changed_;
};

/// Labels of a thread's two rows. \tparam kMeasured  also the distances
template <int D, bool kMeasured>
__device__ void find_nearest(const RowPair<D>& rows, const float (&norm)[2], const Staged& restart,
                             int k, Nearest (&nearest)[2]) {
  if constexpr (D != 0 && !kMeasured) {
    int label[2];
    const bool proved =
        nearest_by_score(rows, norm, restart.centers, k, restart.largest_norm, label);
    nearest[0].label = label[0];
    nearest[1].label = label[1];
    if (proved) return;
  }
  nearest_by_distance(rows, restart.centers, k, nearest);
}

/// One pass over this block's rows for the restarts on the stage.
template <int D, bool kMeasured>
__device__ void pass(const LloydWork& work, const Stage<D>& stage, int count) {
  constexpr int kLanes = D == 0 ? 32 : D;
  const Tiles& data = work.data;
  const auto k = static_cast<int>(work.restarts.layout.clusters);
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (blockDim.x / 32);
  const std::int64_t pairs = pairs_of(data);
  for (std::int64_t pair =
           static_cast<std::int64_t>(blockIdx.x) * (blockDim.x / 32) + threadIdx.x / 32;
       pair < pairs; pair += warps) {
    const PairRows at(data, pair);
    const RowPair<D> rows(data, at.tile);
    float norm[2] = {};
    if constexpr (D != 0 && !kMeasured) squared_norms(rows, norm);
    for (int r = 0; r < count; ++r) {
      const Staged restart = stage.at(r);
      int before[2];
#pragma unroll
      for (int p = 0; p < 2; ++p) before[p] = at.exists[p] ? restart.labels.at(at.row[p]) : 0;
      Nearest nearest[2];
      find_nearest<D, kMeasured>(rows, norm, restart, k, nearest);
#pragma unroll
      for (int p = 0; p < 2; ++p) {
        const bool changes = at.exists[p] && nearest[p].label != before[p];
        if (changes) restart.labels.set(at.row[p], nearest[p].label);
        if (kMeasured && at.exists[p]) restart.distances[at.row[p]] = nearest[p].distance;
        const unsigned changed = __ballot_sync(~0U, changes);
        if (changed != 0 && threadIdx.x % 32 == 0)
          atomicAdd(restart.changed, static_cast<unsigned>(__popc(changed)));
        move_changed<kLanes>(data, work.terms, at.tile + p, before[p], nearest[p].label, changes, k,
                             restart.sums);
      }
    }
  }
}

/// For all `count` restarts of the list, as many at a time as the stage holds.
template <int D, bool kMeasured>
__device__ void pass_for_all(const LloydWork& work, const int* restarts, int count, float* memory) {
  Stage<D> stage(work, memory);
  for (int first = 0; first < count; first += work.together) {
    const int staged = count - first < work.together ? count - first : work.together;
    stage.set(restarts + first, staged);
    pass<D, kMeasured>(work, stage, staged);
    stage.bring_together(staged);
  }
}

/// Called by a whole block: moves a restart's centres to the means of its clusters' sums, and says
/// whether that was the last step. A centre is a thread's, because the shift adds up in order.
__device__ inline void move_centers(const LloydWork& work, std::int64_t restart,
                                    const WrappingSum* sums, bool some_empty) {
  SHARED(largest_norm, unsigned);
  const CenterLayout& layout = work.restarts.layout;
  float* centers = work.restarts.centers + restart * layout.size();
  double* shifts = work.restarts.shifts + restart * layout.clusters;
  if (threadIdx.x == 0) largest_norm = 0;
  __syncthreads();
  const std::int64_t d = layout.features;
  for (std::int64_t c = threadIdx.x; c < layout.clusters; c += blockDim.x) {
    const auto weight = static_cast<std::int64_t>(sums[layout.clusters * d + c]);
    double shift = 0;
    double norm = 0;
    for (std::int64_t j = 0; j < d; ++j) {
      float& center = centers[layout.at(c, j)];
      const auto moved = static_cast<float>(work.terms.terms.mean(
          static_cast<std::int64_t>(sums[c * d + j]), work.units[j], weight));
      shift += squared_move(center, moved);
      norm += static_cast<double>(moved) * static_cast<double>(moved);
      center = moved;
    }
    shifts[c] = shift;
    centers[layout.half_norm(c)] = static_cast<float>(norm / 2);
    atomicMax(&largest_norm, __float_as_uint(static_cast<float>(norm)));
  }
  __syncthreads();
  if (threadIdx.x != 0) return;
  double shift = 0;
  for (std::int64_t c = 0; c < layout.clusters; ++c) shift += shifts[c];
  RestartState& state = work.restarts.states[restart];
  state.largest_norm = __uint_as_float(largest_norm);
  ++state.n_iter;
  state.stop = lloyd_stop(work.limits, static_cast<std::int64_t>(state.changed), state.n_iter,
                          some_empty, shift);
  state.changed = 0;
}

/// Called by a whole block after a pass: the restart's next step, or word that it waits.
__device__ inline void advance(const LloydWork& work, std::int64_t restart) {
  const CenterLayout& layout = work.restarts.layout;
  const WrappingSum* sums = work.restarts.sums + restart * work.restarts.sums_each();
  const WrappingSum* weights = sums + layout.clusters * layout.features;
  int empty = 0;
  for (std::int64_t c = threadIdx.x; c < layout.clusters; c += blockDim.x)
    if (weights[c] == 0) empty = 1;
  if (__syncthreads_or(empty) == 0)
    move_centers(work, restart, sums, false);
  else if (threadIdx.x == 0)
    work.restarts.states[restart].waits = 1;
}

/// Called by a whole block: lists the restarts that go on; none when one waits for the host.
__device__ inline int list_live(const Restarts& restarts, int* list) {
  SHARED(listed, int);
  if (threadIdx.x < 32) {
    int count = 0;
    unsigned waiting = 0;
    for (int first = 0; first < restarts.count; first += 32) {
      const int restart = first + static_cast<int>(threadIdx.x);
      const bool exists = restart < restarts.count;
      const bool live = exists && restarts.states[restart].stop == LloydStop::no;
      waiting |= __ballot_sync(~0U, exists && restarts.states[restart].waits != 0);
      const unsigned all = __ballot_sync(~0U, live);
      if (live) list[count + __popc(all & ((1U << threadIdx.x) - 1))] = restart;
      count += __popc(all);
    }
    if (threadIdx.x == 0) listed = waiting != 0 ? 0 : count;
  }
  __syncthreads();
  return listed;
}

/// Until every restart has stopped or one waits. Cooperative.
template <int D>
__global__ void __launch_bounds__(PairThreads<D>::kBlock, PairThreads<D>::kResident)
    lloyd_iterations(LloydWork work) {
  SHARED(live, int[kMostRestarts]);
  DYNAMIC_SHARED(memory, float);
  const auto grid = cooperative_groups::this_grid();
  for (;;) {
    const int count = list_live(work.restarts, live);
    if (count == 0) return;
    pass_for_all<D, false>(work, live, count, memory);
    grid.sync();
    for (std::int64_t r = blockIdx.x; r < count; r += gridDim.x) advance(work, live[r]);
    if (blockIdx.x == 0 && threadIdx.x == 0) ++*static_cast<volatile std::int64_t*>(work.passes);
    grid.sync();
  }
}

/// Labels that belong to the last centres of all restarts, and their distances.
template <int D>
__global__ void __launch_bounds__(PairThreads<D>::kBlock, PairThreads<D>::kResident)
    label_for_good(LloydWork work) {
  SHARED(all, int[kMostRestarts]);
  DYNAMIC_SHARED(memory, float);
  for (int r = threadIdx.x; r < work.restarts.count; r += blockDim.x) all[r] = r;
  __syncthreads();
  pass_for_all<D, true>(work, all, static_cast<int>(work.restarts.count), memory);
}

/// A block for each restart: the norms of its first centres.
__global__ void __launch_bounds__(256, 4) measure_centers(Restarts restarts) {
  SHARED(largest_norm, unsigned);
  const CenterLayout& layout = restarts.layout;
  float* centers = restarts.centers + blockIdx.x * layout.size();
  if (threadIdx.x == 0) largest_norm = 0;
  __syncthreads();
  for (std::int64_t c = threadIdx.x; c < layout.filled(); c += blockDim.x) {
    double norm = 0;
    for (std::int64_t j = 0; j < layout.features; ++j) {
      const auto value = static_cast<double>(centers[layout.at(c, j)]);
      norm += value * value;
    }
    centers[layout.half_norm(c)] = c < layout.clusters ? static_cast<float>(norm / 2) : kBeyond;
    if (c < layout.clusters)
      atomicMax(&largest_norm, __float_as_uint(static_cast<float>(norm)));
  }
  __syncthreads();
  if (threadIdx.x == 0) restarts.states[blockIdx.x].largest_norm = __uint_as_float(largest_norm);
}

/// One block: the step of a restart whose empty clusters the host has filled.
__global__ void __launch_bounds__(256, 4)
    advance_filled(LloydWork work, std::int64_t restart, const WrappingSum* filled) {
  move_centers(work, restart, filled, true);
  if (threadIdx.x == 0) work.restarts.states[restart].waits = 0;
}

}  // namespace cohort::cuda
