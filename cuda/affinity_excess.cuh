#pragma once
/// The elements of a row that its list holds (D): a few columns that have lately been the row's
/// maximum. B has a mark in their place; here they take part in the messages, a warp a row, an
/// entry a lane, 32 at a time.

#include "cuda/affinity_similarities.cuh"
#include "cuda/affinity_state.cuh"

namespace cohort::cuda {

/// The first sweep's part of the elements that row i's list holds.
__device__ inline TopTwo<OneElement> sweep_excess(const Messages& m, std::int64_t i, float sigma,
                                                  float rho, TopTwo<OneElement> top) {
  Excess* list = m.excess + i * m.capacity;
  const int count = m.excess_count[i];
  for (int e = static_cast<int>(threadIdx.x % 32); e < count; e += 32) {
    const Excess entry = list[e];
    const float r = responsibility(sigma, entry.similarity, rho, entry.value);
    const float own =
        own_availability(m.keep, m.move, entry.availability, r, m.support[entry.column], m.least);
    list[e].availability = own;
    const float sum = entry.similarity + (m.alpha[entry.column] + own);
    top = merged(top, {sum, kNothing, entry.column});
  }
  return top;
}

/// Damps row i's list, adds the leading column's gain, gives elements whose excess has become small
/// back to B, and corrects the columns' sums for those that stay. Called by a whole warp.
template <class Source>
__device__ void update_excess(const Source& source, const Messages& m, std::int64_t i,
                              const RowWinner& winner, std::int32_t leader, float sigma,
                              float rho) {
  const unsigned lane = threadIdx.x % 32;
  Excess* list = m.excess + i * m.capacity;
  float* own_row = m.availability + i * m.padded;
  const int count = m.excess_count[i];
  const float gain =
      winner.is_self ? 0.0F : m.move * static_cast<float>(winner.best - winner.second);
  const auto correct = [&](const Excess& entry) {
    const WrappingSum difference = contribution(m, sigma, entry.similarity, rho, entry.value) -
                                   contribution(m, sigma, entry.similarity, rho, 0.0F);
    if (difference != 0) atomicAdd(&m.sums[entry.column], difference);
  };

  int kept = 0;
  bool known = winner.is_self;
  for (int first = 0; first < count; first += 32) {
    const int e = first + static_cast<int>(lane);
    Excess entry = {};
    bool stays = false;
    bool leads = false;
    if (e < count) {
      entry = list[e];
      entry.value = m.keep * entry.value;
      leads = !winner.is_self && entry.column == leader;
      if (leads) entry.value += gain;
      stays = !(entry.value < m.least);
      if (!stays) own_row[entry.column] = entry.availability;
    }
    const unsigned staying = __ballot_sync(~0U, stays);
    known = __any_sync(~0U, leads) || known;
    __syncwarp();  // all have read what is now overwritten
    if (stays) {
      list[kept + __popc(staying & ((1U << lane) - 1))] = entry;
      correct(entry);
    }
    kept += __popc(staying);
  }
  const bool grows = !known && !(gain < m.least);
  __syncwarp();
  if (lane == 0) {
    if (grows) {
      const Excess entry = {leader, gain, own_row[leader],
                            source.similarity(i, leader, source.weight(i))};
      own_row[leader] = kMark;
      list[kept] = entry;
      correct(entry);
    }
    m.excess_count[i] = kept + (grows ? 1 : 0);
  }
}

}  // namespace cohort::cuda
