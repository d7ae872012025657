/// The weights' prefix sums: 4 bytes a row where there are weights, else none; then one block over
/// up to 32,768 of them, 10 us.

#include "cuda/kmeans_sums.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

constexpr unsigned kThreads = 256;

/// sums: of the weight terms of each chunk, a warp's.
__global__ void __launch_bounds__(256, 4)
    sum_weight_terms(Tiles data, RowTerms rows, DrawChunks chunks, std::uint64_t* sums) {
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (kThreads / 32);
  for (std::int64_t chunk =
           static_cast<std::int64_t>(blockIdx.x) * (kThreads / 32) + threadIdx.x / 32;
       chunk < chunks.count; chunk += warps) {
    const std::int64_t first = chunk * chunks.tiles * kTileRows;
    std::uint64_t sum = 0;
    for (std::int64_t i = threadIdx.x % 32; i < chunks.tiles * kTileRows; i += 32)
      if (first + i < data.rows)
        sum +=
            static_cast<std::uint64_t>(rows.terms.weight_term(RowTerms::weight(data, first + i)));
    sum = warp_total(sum);
    if (threadIdx.x % 32 == 0) sums[chunk] = sum;
  }
}

/// One block. \param total  of all
__global__ void __launch_bounds__(1024, 1)
    chunk_prefixes(std::uint64_t* sums, std::int64_t count, std::uint64_t* total) {
  const std::uint64_t of_all = sums_to_prefixes(sums, count);
  if (threadIdx.x == 0) *total = of_all;
}

}  // namespace

KMeansSums::KMeansSums(const CudaDataSet& data, const Device& device)
    : data_(data),
      device_(device),
      terms_(data.weighting()),
      grids_(value_grids(column_ranges(data, device), data.weighting())),
      steps_(on_device<double>(device, steps_of(grids_))),
      units_(on_device<double>(device, units_of(grids_))) {
  const DrawChunks chunks(data.view());
  weight_prefixes_ = DeviceArray<std::uint64_t>(device, chunks.count);
  const DeviceArray<std::uint64_t> total(device, 1);
  const unsigned blocks = device.blocks_for(sum_weight_terms, kThreads, 0,
                                            (chunks.count + kThreads / 32 - 1) / (kThreads / 32));
  launch(device.stream(), {dim3(blocks), dim3(kThreads)}, sum_weight_terms, data.view(), rows(),
         chunks, weight_prefixes_.data());
  launch(device.stream(), {dim3(1), dim3(1024)}, chunk_prefixes, weight_prefixes_.data(),
         chunks.count, total.data());
  total_weight_ = static_cast<std::int64_t>(on_host(device, total).front());
}

double KMeansSums::mean_variance() const {
  const std::vector<std::int64_t> sums = value_sums(data_, steps_of(grids_), device_);
  return mean_of(variances(data_, terms_.means(sums, grids_, total_weight_), device_));
}

}  // namespace cohort::cuda
