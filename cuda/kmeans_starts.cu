#include "cuda/kmeans_plus_plus.cuh"
#include "cuda/kmeans_starts.cuh"
#include "cuda/kmeans_starts.hpp"

namespace cohort::cuda {

namespace {

/// The padded size of a point of d values.
std::int64_t point_size(std::int64_t d) {
  const int width = padded_width(d);
  return width > 0 ? width : (d + 3) / 4 * 4;
}

void place_given(const Matrix<float>& centers, const Restarts& restarts, const Device& device) {
  const CenterLayout& layout = restarts.layout;
  std::vector<float> values(static_cast<std::size_t>(layout.size()));
  for (std::int64_t c = 0; c < centers.rows(); ++c)
    for (std::int64_t j = 0; j < centers.cols(); ++j)
      values[static_cast<std::size_t>(layout.at(c, j))] = centers(c, j);
  copy_to_device<float>(device, values, restarts.centers);
}

/// restarts x count different rows, each drawn by weight.
DeviceArray<std::int64_t> draw_by_weight(const Tiles& data, const KMeansParams& params,
                                         const KMeansSums& sums, const Restarts& restarts,
                                         std::int64_t first, std::int64_t count,
                                         const Device& device) {
  DeviceArray<std::int64_t> rows(device, restarts.count * count);
  const DeviceArray<Taken> taken(device, restarts.count * count);
  const DeviceArray<std::int64_t> refused(device, 1);
  fill_bytes(device, refused, 0xff);
  const RowDraws draws = {DrawChunks(data),
                          sums.weight_prefixes(),
                          sums.total_weight(),
                          params.seed,
                          first,
                          count,
                          taken.data(),
                          rows.data(),
                          refused.data()};
  launch(device.stream(), {dim3(static_cast<unsigned>(restarts.count)), dim3(32)}, draw_rows, data,
         sums.rows(), draws);
  const std::int64_t refused_at = on_host(device, refused).front();
  if (refused_at >= 0) refuse_too_few_distinct(params.n_clusters, refused_at);
  return rows;
}

template <int D>
void run_plus_plus(const PlusPlusWork& work, const Device& device, const Passes& passes) {
  constexpr unsigned kThreads = pair_threads(D);
  const std::size_t memory = plus_plus_memory(work, kThreads);
  const std::int64_t of_rows = (pairs_of(work.data) + kThreads / 32 - 1) / (kThreads / 32);
  const unsigned blocks =
      device.blocks_for(plus_plus<D>, kThreads, memory, std::max(of_rows, work.restarts.count));
  launch(device.stream(), {dim3(blocks), dim3(kThreads), memory, dim3(1, 1, 1), true}, plus_plus<D>,
         work, passes.count());
}

void draw_plus_plus(const CudaDataSet& data, const KMeansParams& params, const KMeansSums& sums,
                    const Restarts& restarts, std::int64_t first, const Device& device,
                    Passes& passes) {
  const Tiles tiles = data.view();
  const DrawChunks chunks(tiles);
  const std::int64_t trials = plus_plus_trials(params.n_clusters);
  const std::int64_t size = point_size(tiles.features);
  const DeviceArray<std::int64_t> first_rows =
      draw_by_weight(tiles, params, sums, restarts, first, 1, device);
  const DeviceArray<float> nearest(device, restarts.count * restarts.lanes);
  const DeviceArray<std::uint64_t> prefixes(device, restarts.count * chunks.count);
  const auto candidates = zeros<float>(device, restarts.count * trials * size);
  const auto tried = zeros<Trial>(device, restarts.count * trials);
  const auto refused = zeros<RefusedStart>(device, 1);
  const PlusPlusWork work = {tiles,
                             chunks,
                             restarts,
                             params.seed,
                             first,
                             static_cast<int>(trials),
                             grid_bits(static_cast<double>(tiles.rows)),
                             size,
                             first_rows.data(),
                             nearest.data(),
                             prefixes.data(),
                             candidates.data(),
                             tried.data(),
                             refused.data()};
  const int width = padded_width(tiles.features);
  if (width == 0)
    run_plus_plus<0>(work, device, passes);
  else
    with_width(width,
               [&](auto padded) { run_plus_plus<decltype(padded)::value>(work, device, passes); });
  passes.wait();
  const RefusedStart word = on_host(device, refused).front();
  if (word.why == StartRefusal::too_few_distinct)
    refuse_too_few_distinct(params.n_clusters, word.center);
  if (word.why == StartRefusal::too_far_apart) refuse_too_far_apart();
}

}  // namespace

void kmeans_starts(const CudaDataSet& data, const KMeansParams& params, const KMeansSums& sums,
                   const Restarts& restarts, std::int64_t first, const Device& device,
                   Passes& passes) {
  const std::int64_t k = params.n_clusters;
  if (params.init == KMeansInit::given) {
    place_given(params.centers, restarts, device);
  } else if (params.init == KMeansInit::kmeans_plus_plus && k > 1) {
    draw_plus_plus(data, params, sums, restarts, first, device, passes);
  } else {
    const DeviceArray<std::int64_t> rows =
        draw_by_weight(data.view(), params, sums, restarts, first, k, device);
    launch(device.stream(), {dim3(static_cast<unsigned>(restarts.count)), dim3(256)}, place_rows,
           data.view(), restarts, rows.data());
  }
  if (restarts.layout.has_norms())
    launch(device.stream(), {dim3(static_cast<unsigned>(restarts.count)), dim3(256)},
           measure_centers, restarts);
}

double start_bytes_each(const Tiles& data, const KMeansParams& params) {
  if (params.init != KMeansInit::kmeans_plus_plus)
    return static_cast<double>(params.n_clusters) * (sizeof(Taken) + sizeof(std::int64_t));
  const auto of_rows = static_cast<double>(data.rows) * sizeof(float) +
                       static_cast<double>(DrawChunks(data).count) * sizeof(std::uint64_t);
  return of_rows + static_cast<double>(plus_plus_trials(params.n_clusters)) *
                       static_cast<double>(point_size(data.features)) * sizeof(float);
}

}  // namespace cohort::cuda
