/// Inertia takes two passes over a restart's distances, 4 bytes a row each (and 4 once for
/// weights): the largest, then their sums on its grid. 100M rows: 0.2 ms a restart beside the pass
/// that measures them.

#include <cmath>

#include "cuda/kmeans_finish.hpp"

namespace cohort::cuda {

namespace {

constexpr unsigned kThreads = 512;

/// Of one restart, all zero at first.
struct InertiaSums {
  WrappingSum farthest;  ///< the largest distance, as a double's bits
  WrappingSum coarse;    ///< of a WideSum
  WrappingSum fine;
};

/// Calls take(row, distance), a lane for its own rows.
template <class Take>
__device__ void over_distances(std::int64_t rows, const float* distances, const Take& take) {
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
#pragma unroll 4
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < rows;
       i += step)
    take(i, static_cast<double>(distances[i]));
}

/// The larger of two doubles by their bits, which are in order like numbers of one sign.
__device__ std::uint64_t warp_largest_bits(double value) {
  std::uint64_t most = bits_of(value);
  for (unsigned offset = 16; offset > 0; offset /= 2)
    most = max(most, __shfl_down_sync(~0U, most, offset));
  return most;
}

__global__ void __launch_bounds__(kThreads, 2)
    find_farthest(Tiles data, const float* distances, InertiaSums* sums) {
  double farthest = 0;
  over_distances(data.rows, distances,
                 [&](std::int64_t, double distance) { farthest = fmax(farthest, distance); });
  const std::uint64_t far = warp_largest_bits(farthest);
  if (threadIdx.x % 32 == 0) atomicMax(&sums->farthest, static_cast<WrappingSum>(far));
}

/// \param bits  of a term
__global__ void __launch_bounds__(kThreads, 2)
    add_terms(Tiles data, RowWeighting weighting, const float* distances, int bits,
              InertiaSums* sums) {
  const double steps = grid_of_bits(double_of(sums->farthest), bits).steps_per_unit();
  std::uint64_t coarse = 0;
  std::uint64_t fine = 0;
  over_distances(data.rows, distances, [&](std::int64_t i, double distance) {
    const WeightCut cut = weighting.cut(RowTerms::weight(data, i));
    const auto whole = static_cast<std::uint64_t>(cut.whole);
    coarse += weighted_integer(distance * steps, whole, cut.part);
    fine += weighted_integer(WideSum::fine_part(distance * steps), whole, cut.part);
  });
  add_warp_total(coarse, &sums->coarse);
  add_warp_total(fine, &sums->fine);
}

double inertia_of(const InertiaSums& sums, const RowWeighting& weighting) {
  if (!std::isfinite(double_of(sums.farthest))) refuse_too_far_apart();
  const Grid grid = weighting.grid(double_of(sums.farthest));
  const WideSum total = {static_cast<std::int64_t>(sums.coarse),
                         static_cast<std::int64_t>(sums.fine)};
  return weighting.unscaled(total.value(grid));
}

/// Through pinned memory, a few megabytes at a time: most of the time goes to the host's memory.
template <class Label>
void append_labels(const Label* from, std::int64_t rows, std::vector<std::int32_t>& to,
                   const Device& device) {
  constexpr std::int64_t kChunk = std::int64_t{4} << 20;
  const PinnedArray<Label> chunk(std::min(rows, kChunk));
  for (std::int64_t first = 0; first < rows; first += kChunk) {
    const auto size = static_cast<std::size_t>(std::min(rows - first, kChunk));
    copy_to_host<Label>(device, from + first, {chunk.data(), size});
    to.insert(to.end(), chunk.data(), chunk.data() + size);
  }
}

std::vector<std::int32_t> labels_of(const LloydWork& work, std::int64_t restart,
                                    const Device& device) {
  const Labels labels = work.restarts.labels_of(restart);
  const std::int64_t n = work.data.rows;
  std::vector<std::int32_t> result;
  result.reserve(static_cast<std::size_t>(n));
  if (labels.narrow)
    append_labels(static_cast<const std::uint8_t*>(labels.values), n, result, device);
  else
    append_labels(static_cast<const std::int32_t*>(labels.values), n, result, device);
  return result;
}

}  // namespace

std::vector<double> finish(const LloydWork& work, const Relabel& relabel, const Device& device) {
  const std::int64_t count = work.restarts.count;
  const Tiles& data = work.data;
  const RowWeighting weighting = work.rows.terms.weighting();
  const auto sums = zeros<InertiaSums>(device, count);
  const std::int64_t of_rows = (data.rows + kThreads - 1) / kThreads;
  const LaunchShape shape = {dim3(device.blocks_for(add_terms, kThreads, 0, of_rows)),
                             dim3(kThreads)};
  for (std::int64_t r = 0; r < count; ++r) {
    relabel.find(work.restarts, r, true);
    relabel.take(work, r, true);
    launch(device.stream(), shape, find_farthest, data, relabel.distances(), sums.data() + r);
    launch(device.stream(), shape, add_terms, data, weighting, relabel.distances(),
           weighting.bits(), sums.data() + r);
  }
  std::vector<double> inertias;
  for (const InertiaSums& of_restart : on_host(device, sums))
    inertias.push_back(inertia_of(of_restart, weighting));
  return inertias;
}

KMeansFit fit_of(const LloydWork& work, std::int64_t restart, double inertia,
                 const Device& device) {
  const CenterLayout& layout = work.restarts.layout;
  RestartState state = {};
  copy_to_host<RestartState>(device, work.restarts.states + restart, {&state, 1});
  std::vector<float> centers(static_cast<std::size_t>(layout.size()));
  copy_to_host<float>(device, work.restarts.centers_of(restart), centers);
  std::vector<WrappingSum> weights(static_cast<std::size_t>(layout.clusters));
  copy_to_host<WrappingSum>(
      device, work.restarts.sums_of(restart) + layout.clusters * layout.features, weights);

  KMeansFit fit;
  fit.labels = labels_of(work, restart, device);
  fit.centers = Matrix<float>(layout.clusters, layout.features);
  for (std::int64_t c = 0; c < layout.clusters; ++c)
    for (std::int64_t j = 0; j < layout.features; ++j)
      fit.centers(c, j) = centers[static_cast<std::size_t>(layout.at(c, j))];
  const auto total =
      static_cast<double>(std::accumulate(weights.begin(), weights.end(), WrappingSum{0}));
  for (const WrappingSum weight : weights)
    fit.shares.push_back(static_cast<double>(weight) / total);
  fit.inertia = inertia;
  fit.n_iter = state.n_iter;
  fit.best_init = restart;
  fit.converged = state.stop == LloydStop::converged;
  return fit;
}

}  // namespace cohort::cuda
