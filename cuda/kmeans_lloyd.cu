#include <algorithm>

#include "cuda/kmeans_lloyd.cuh"
#include "cuda/kmeans_lloyd.hpp"
#include "cuda/kmeans_wide.cuh"

namespace cohort::cuda {

namespace {

/// Of shared memory for a block's restarts; the rest is left to the caches, which hold the rows.
constexpr std::int64_t kStageBytes = std::int64_t{96} << 10;

template <int D>
void iterate_narrow(const LloydWork& work, const Device& device, const Passes& passes) {
  constexpr unsigned kThreads = pair_threads(D);
  const std::int64_t each = Stage::bytes_each(work.restarts.layout);
  const std::int64_t together =
      std::clamp<std::int64_t>(kStageBytes / each, 1, work.restarts.count);
  const auto shared = static_cast<std::size_t>(together * each);
  const std::int64_t of_rows = (pairs_of(work.data) + kThreads / 32 - 1) / (kThreads / 32);
  const unsigned blocks = device.blocks_for(lloyd_iterations<D>, kThreads, shared,
                                            std::max(of_rows, work.restarts.count));
  launch(device.stream(), {dim3(blocks), dim3(kThreads), shared, dim3(1, 1, 1), true},
         lloyd_iterations<D>, work, static_cast<int>(together), passes.count());
}

/// Restarts that have neither stopped nor wait.
std::vector<std::int64_t> live(const RestartState* states, std::int64_t count) {
  std::vector<std::int64_t> result;
  for (std::int64_t r = 0; r < count; ++r)
    if (states[r].stop == LloydStop::no && states[r].waits == 0) result.push_back(r);
  return result;
}

/// The host looks at where restarts stand one iteration late, so that the GPU never waits for it. A
/// restart that has stopped meanwhile is left alone by the kernels.
void iterate_wide(const LloydWork& work, const Relabel& relabel, const Device& device,
                  Passes& passes) {
  const std::int64_t count = work.restarts.count;
  const PinnedArray<RestartState> states[2] = {PinnedArray<RestartState>(count),
                                               PinnedArray<RestartState>(count)};
  const Event seen[2];
  std::vector<std::int64_t> going = live(states_of(work.restarts, device).data(), count);
  for (int iteration = 0; !going.empty(); ++iteration) {
    for (const std::int64_t restart : going) {
      relabel.find(work.restarts, restart, false);
      relabel.take(work, restart, false);
    }
    launch(device.stream(), {dim3(static_cast<unsigned>(count)), dim3(512)}, advance_all, work);
    check(cudaMemcpyAsync(states[iteration % 2].data(), work.restarts.states,
                          static_cast<std::size_t>(count) * sizeof(RestartState),
                          cudaMemcpyDeviceToHost, device.stream()),
          "copying results");
    seen[iteration % 2].record(device.stream());
    if (iteration == 0) continue;
    const int before = (iteration + 1) % 2;
    seen[before].wait();
    passes.add(1);
    going = live(states[before].data(), count);
  }
  device.wait();
}

}  // namespace

bool is_narrow(std::int64_t d, std::int64_t k) {
  // So few features are padding to the tensor cores.
  return !is_wide(d, k) || (d < 8 && Labels::fit_bytes(k));
}

CenterLayout lloyd_layout(std::int64_t k, std::int64_t d) {
  return is_narrow(d, k) ? CenterLayout::fours(k, d, padded_width(d)) : CenterLayout::rows(k, d);
}

std::vector<RestartState> states_of(const Restarts& restarts, const Device& device) {
  std::vector<RestartState> states(static_cast<std::size_t>(restarts.count));
  copy_to_host<RestartState>(device, restarts.states, states);
  return states;
}

void lloyd(const LloydWork& work, const Relabel& relabel, const Device& device, Passes& passes) {
  const CenterLayout& layout = work.restarts.layout;
  for (;;) {
    if (is_narrow(layout.features, layout.clusters))
      with_width(padded_width(layout.features),
                 [&](auto width) { iterate_narrow<decltype(width)::value>(work, device, passes); });
    else
      iterate_wide(work, relabel, device, passes);
    passes.wait();

    const std::vector<RestartState> states = states_of(work.restarts, device);
    std::vector<std::int64_t> waiting;
    for (std::int64_t r = 0; r < work.restarts.count; ++r)
      if (states[static_cast<std::size_t>(r)].waits != 0) waiting.push_back(r);
    if (waiting.empty()) return;
    std::ranges::stable_sort(
        waiting, {}, [&](std::int64_t r) { return states[static_cast<std::size_t>(r)].n_iter; });
    for (const std::int64_t r : waiting) fill_empty_clusters(work, r, relabel, device);
  }
}

}  // namespace cohort::cuda
