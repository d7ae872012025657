#pragma once
/// One iteration of all messages (cohort/affinity_arithmetic.hpp): rows, then columns.
///
/// availability (B): padded x padded float32, the only matrix; alpha, support, sums, rows, columns:
/// a value a row or column. A block has 8 warps of R = 4 rows (1 where that gives too few blocks)
/// and goes twice over all columns:
///
///   1. Each warp, for its rows: B is read, updated and written, 16 bytes a lane, while the two
///      largest of A + S are kept in registers; the lanes' leaders are merged (any order gives the
///      first of equals). Then the row's message, and its list of excesses.
///   2. Each lane, for 4 columns: the positive responsibilities of the block's 32 rows, each
///      rounded to the grid, are added in registers; a warp then adds 128 sums to the columns',
///      through shared memory so that its lanes' atomics are neighbours.
///
/// What differs from the plain formula in a row - the columns that D lists, and the row itself - is
/// marked by -infinity in B, which the arithmetic keeps and no leader can be. The first sweep then
/// needs no test of an element; the list holds what B would (and the similarity, so nothing is
/// computed twice), and is handled by the row's warp, an entry a lane. The second sweep adds these
/// elements by the plain formula, and the warp adds the difference: integers, so the sum is exact.
///
/// Memory: B once in and once out, 8 bytes an element an iteration; features (d x 4 bytes a
/// column) come from L1 and L2: a block's 8 warps share lines, 1 byte an element of L2 traffic at d
/// = 6. Atomics: 8 bytes for 32 elements. Arithmetic, instructions an element: distances 2.4 d in
/// the first sweep and 2.25 d in the second, with their loads; beside them 22 in the first
/// (similarity 1, responsibility 2, availability 7, A + S 2, leaders 5, memory and the loop 5) and
/// 9.5 in the second (similarity 1, responsibility 2, its positive part 1, the grid 5, of which two
/// are in double and one is a conversion at an eighth of the rate, all on pipes of their own). d =
/// 6: 60, counted in the machine code. An H200 at 4.8 TB/s and 132 x 128 x 1.75 GHz has time for 49
/// while it moves 8 bytes: arithmetic is the bound, and at 85 % of its peak an iteration takes 1.44
/// times what the memory needs, 69 % of the bandwidth; blocks are in different sweeps, so both are
/// kept busy. n = 50,000: 20 GB, 4.2 ms by memory, 6 ms expected; n = 150,000: 90 GB of B, 37 ms by
/// memory, 54 ms expected. d = 33: 185, 18 ms at n = 50,000. 124 registers (2 blocks, 16 warps): 32
/// KB of B requested at once by a multiprocessor, where 13 KB cover the latency.
///
/// Small n: two launches an iteration, about 5 us; a warp a row, n / 128 steps of about 0.3 us.

#include "cuda/affinity_excess.cuh"

namespace cohort::cuda {

/// Marks the diagonal of B and the columns that do not exist.
__global__ void __launch_bounds__(256) mark_absent_pairs(Messages m) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * 256 + threadIdx.x;
  if (i >= m.padded) return;
  float* own = m.availability + i * m.padded;
  own[i] = kMark;
  for (std::int64_t j = m.rows; j < m.padded; ++j) own[j] = kMark;
}

/// The first sweep of a warp's R rows; top: the lane's leaders. sigma and rho are those of the
/// iteration before.
template <int R, class Source>
__device__ void sweep_availabilities(const Source& source, const Messages& m, std::int64_t row,
                                     float sigma, const float (&rho)[R], const float (&weight)[R],
                                     TopTwo<OneElement> (&top)[R]) {
  auto column = static_cast<std::int32_t>(kLaneColumns * (threadIdx.x % 32));
  const auto padded = static_cast<std::int32_t>(m.padded);
  const auto rows = source.rows_at(row);
  auto columns = source.columns_at(column);
  float* at = m.availability + row * m.padded + column;
  for (; column < padded; column += static_cast<std::int32_t>(kWarpColumns)) {
    float4 old[R];
    float alpha[kLaneColumns];
    float support[kLaneColumns];
    float s[R][kLaneColumns];
#pragma unroll
    for (int r = 0; r < R; ++r) old[r] = __ldcg(reinterpret_cast<const float4*>(at + r * m.padded));
    load(m.alpha + column, alpha);
    load(m.support + column, support);
    source.template patch<R>(rows, columns, weight, s);
#pragma unroll
    for (int r = 0; r < R; ++r) {
      float own[kLaneColumns] = {old[r].x, old[r].y, old[r].z, old[r].w};
#pragma unroll
      for (int c = 0; c < kLaneColumns; ++c) {
        const float plain = responsibility(sigma, s[r][c], rho[r], 0.0F);
        own[c] = own_availability(m.keep, m.move, own[c], plain, support[c], m.least);
        top[r].see(s[r][c] + (alpha[c] + own[c]), column + c);
      }
      __stcg(reinterpret_cast<float4*>(at + r * m.padded), float4{own[0], own[1], own[2], own[3]});
    }
    columns += source.column_step();
    at += kWarpColumns;
  }
}

/// What a warp's lanes have seen, in every lane.
__device__ inline TopTwo<OneElement> merged_over_warp(TopTwo<OneElement> top) {
  for (int offset = 16; offset > 0; offset /= 2)
    top = merged(top,
                 {__shfl_xor_sync(~0U, top.best, offset), __shfl_xor_sync(~0U, top.second, offset),
                  __shfl_xor_sync(~0U, top.column, offset)});
  return top;
}

/// From the leaders among the other columns to row i's message; returns its rho as elements see
/// it. Called by a whole warp. \param sigma  of this iteration
template <class Source>
__device__ float finish_row(const Source& source, const Messages& m, std::int64_t i,
                            const TopTwo<OneElement>& others, float sigma) {
  const double preference = m.preferences[i];
  const double self = m.column[i].self_availability + preference;
  const RowWinner winner = with_self(others, self, static_cast<std::int32_t>(i));
  const RowMessage message = next_row(m.row[i], winner, preference, m.damped);
  const auto rho = static_cast<float>(message.rho);
  __syncwarp();  // all lanes have read what the first writes
  if (threadIdx.x % 32 == 0) {
    m.row[i] = message;
    // The second sweep takes the row for one of its columns.
    atomicAdd(&m.sums[i], WrappingSum{0} - contribution(m, sigma, 0.0F, rho, 0.0F));
  }
  update_excess(source, m, i, winner, others.column, sigma, rho);
  return rho;
}

/// The second sweep of a block's kRows rows. \param rho, weight  of the block's rows
template <int kRows, class Source>
__device__ void sweep_responsibilities(const Source& source, const Messages& m, float sigma,
                                       const float* rho, const float* weight,
                                       WrappingSum (*staged)[kWarpColumns]) {
  constexpr int kPatch = 8;
  const unsigned lane = threadIdx.x % 32;
  WrappingSum* const own = staged[threadIdx.x / 32];
  for (std::int64_t base = threadIdx.x / 32 * kWarpColumns; base < m.padded;
       base += kPairWarps * kWarpColumns) {
    const std::int64_t column = base + kLaneColumns * lane;
    WrappingSum sum[kLaneColumns] = {};
    if (column < m.padded) {
      auto rows = source.rows_at(static_cast<std::int64_t>(blockIdx.x) * kRows);
      const auto columns = source.columns_at(column);
#pragma unroll 1
      for (int first = 0; first < kRows; first += kPatch) {
        float s[kPatch][kLaneColumns];
        float own_rho[kPatch];
        float own_weight[kPatch];
        load(rho + first, own_rho);
        load(weight + first, own_weight);
        source.template patch<kPatch>(rows, columns, own_weight, s);
        rows += kPatch * source.row_step();
#pragma unroll
        for (int r = 0; r < kPatch; ++r)
#pragma unroll
          for (int c = 0; c < kLaneColumns; ++c)
            sum[c] += contribution(m, sigma, s[r][c], own_rho[r], 0.0F);
      }
    }
#pragma unroll
    for (int c = 0; c < kLaneColumns; ++c) own[kLaneColumns * lane + c] = sum[c];
    __syncwarp();
#pragma unroll
    for (int part = 0; part < kLaneColumns; ++part) {
      const unsigned j = 32 * part + lane;
      if (base + j < m.rows && own[j] != 0) atomicAdd(&m.sums[base + j], own[j]);
    }
    __syncwarp();
  }
}

/// All rows' messages of one iteration, and the columns' sums of positive responsibilities.
template <int R, class Source>
__global__ void __launch_bounds__(kPairThreads, 2) pass_rows(Source source, Messages m) {
  if (m.state->converged != 0) return;
  constexpr int kRows = kPairWarps * R;
  SHARED(leaders, TopTwo<OneElement>[kRows]);
  SHARED(row_values, float4[2][kRows / 4]);  // on a border of 16 bytes
  SHARED(staged, WrappingSum[kPairWarps][kWarpColumns]);
  auto* const row_rho = reinterpret_cast<float*>(row_values[0]);
  auto* const row_weight = reinterpret_cast<float*>(row_values[1]);

  const std::int64_t row = first_row_of_warp<R>();
  const int in_block = static_cast<int>(threadIdx.x) / 32 * R;
  const auto sigma = static_cast<float>(m.state->sigma);
  const auto next_sigma = static_cast<float>(m.damped(m.state->sigma, 1.0));
  {
    float rho[R];
    float weight[R];
    TopTwo<OneElement> top[R];
#pragma unroll
    for (int r = 0; r < R; ++r) {
      rho[r] = row + r < m.rows ? static_cast<float>(m.row[row + r].rho) : 0.0F;
      weight[r] = row + r < m.rows ? source.weight(row + r) : 0.0F;
      top[r] = {kNothing, kNothing, kNowhere};
    }
    sweep_availabilities<R>(source, m, row, sigma, rho, weight, top);
#pragma unroll
    for (int r = 0; r < R; ++r) {
      top[r] = merged_over_warp(sweep_excess(m, row + r, sigma, rho[r], top[r]));
      if (threadIdx.x % 32 == 0) {
        leaders[in_block + r] = top[r];
        row_weight[in_block + r] = weight[r];
      }
    }
  }
  __syncwarp();  // what the lanes have written to B and the lists, too
#pragma unroll 1
  for (int r = 0; r < R; ++r) {
    // A row that does not exist has weight 0: with rho 0 no responsibility of it is positive.
    const float rho =
        row + r < m.rows ? finish_row(source, m, row + r, leaders[in_block + r], next_sigma) : 0.0F;
    if (threadIdx.x % 32 == 0) row_rho[in_block + r] = rho;
  }
  __syncthreads();
  sweep_responsibilities<kRows>(source, m, next_sigma, row_rho, row_weight, staged);
}

/// All columns' messages of one iteration; the last block to finish decides whether it was the
/// last. A thread a column: about 80 bytes each, nothing beside B.
__global__ void __launch_bounds__(256) pass_columns(Messages m) {
  MessageState& state = *m.state;
  if (state.converged != 0) return;
  const std::int64_t j = static_cast<std::int64_t>(blockIdx.x) * 256 + threadIdx.x;
  bool is_exemplar = false;
  bool changes = false;
  if (j < m.rows) {
    const double own = m.row[j].self_responsibility;
    const double responsibilities = from_grid(static_cast<std::int64_t>(m.sums[j]), m.grid);
    const ColumnMessage column = next_column(m.column[j], responsibilities, own, m.damped);
    m.sums[j] = 0;
    m.column[j] = column;
    m.alpha[j] = static_cast<float>(column.alpha);
    m.support[j] = static_cast<float>(column.support);
    is_exemplar = column.self_availability + own > 0;
    changes = is_exemplar != (m.is_exemplar[j] != 0);
    m.is_exemplar[j] = is_exemplar ? 1 : 0;
  }
  const int changed = __syncthreads_count(changes ? 1 : 0);
  const int exemplars = __syncthreads_count(is_exemplar ? 1 : 0);
  if (threadIdx.x != 0) return;
  atomicAdd(&state.changes, static_cast<unsigned>(changed));
  atomicAdd(&state.exemplars, static_cast<unsigned>(exemplars));
  __threadfence();
  if (atomicAdd(&state.blocks_done, 1U) + 1 < gridDim.x) return;
  __threadfence();
  const unsigned all_changes = atomicExch(&state.changes, 0U);
  const unsigned all_exemplars = atomicExch(&state.exemplars, 0U);
  atomicExch(&state.blocks_done, 0U);  // others have touched it, and no fence lies behind that
  state.sigma = m.damped(state.sigma, 1.0);
  state.chosen = all_exemplars;
  if (m.trace != nullptr) m.trace[state.n_iter] = {all_exemplars, all_changes};
  state.converged = state.window.is_full(state.n_iter, all_changes, all_exemplars > 0) ? 1 : 0;
  ++state.n_iter;
}

}  // namespace cohort::cuda
