#include <algorithm>

#include "cuda/affinity_passes.hpp"
#include "cuda/affinity_ranks.cuh"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

template <class Source>
LaunchShape over_all_pairs(const Source& source) {
  return {dim3(static_cast<unsigned>(pair_blocks<4>(source.rows()))), dim3(kPairThreads)};
}

/// One for each row that a patch may reach to, 0 behind the last.
DeviceArray<std::uint64_t> padded_weights(const PairWeights& pairs, std::int64_t padded,
                                          const Device& device) {
  DeviceArray<std::uint64_t> weights = zeros<std::uint64_t>(device, padded);
  copy_to_device<std::uint64_t>(device, pairs.of_row, weights.data());
  return weights;
}

}  // namespace

template <class Source>
SimilarityRange similarity_range(const Source& source, const Device& device) {
  const OrderRange start;
  const DeviceArray<OrderRange> range = on_device<OrderRange>(device, {&start, 1});
  launch(device.stream(), over_all_pairs(source), find_order_range<Source>, source, range.data());
  const OrderRange found = on_host(device, range).front();
  return {value_at(found.least), value_at(found.largest)};
}

template <class Source>
RankedSimilarity similarity_at_rank(const Source& source, const PairWeights& pairs, PairWeight rank,
                                    const Device& device) {
  const DeviceArray<std::uint64_t> weights = padded_weights(pairs, source.padded(), device);
  RankSearch search;
  search.rank = rank;
  search.zeros = pairs.zeros;
  search.up_to = pairs.total;
  const DeviceArray<RankSearch> on_gpu = on_device<RankSearch>(device, {&search, 1});
  for (int pass = 0; pass < 16; ++pass)
    launch(device.stream(), over_all_pairs(source), count_below_pivots<Source>, source,
           weights.data(), on_gpu.data());
  search = on_host(device, on_gpu).front();
  return {value_at(order_at(search.prefix)), search.up_to};
}

template <class Source>
float next_similarity_above(const Source& source, const PairWeights& pairs, float value,
                            const Device& device) {
  const DeviceArray<std::uint64_t> weights = padded_weights(pairs, source.padded(), device);
  const int order = order_of(value);
  const int zero = order_of(0.0F);
  const int start = pairs.zeros > 0 && zero > order ? zero : kLastOrder;
  const DeviceArray<int> next = on_device<int>(device, {&start, 1});
  launch(device.stream(), over_all_pairs(source), find_next_above<Source>, source, weights.data(),
         order, next.data());
  return value_at(on_host(device, next).front());
}

template SimilarityRange similarity_range(const FeatureSimilarities&, const Device&);
template SimilarityRange similarity_range(const GivenSimilarities&, const Device&);
template RankedSimilarity similarity_at_rank(const FeatureSimilarities&, const PairWeights&,
                                             PairWeight, const Device&);
template RankedSimilarity similarity_at_rank(const GivenSimilarities&, const PairWeights&,
                                             PairWeight, const Device&);
template float next_similarity_above(const FeatureSimilarities&, const PairWeights&, float,
                                     const Device&);
template float next_similarity_above(const GivenSimilarities&, const PairWeights&, float,
                                     const Device&);

}  // namespace cohort::cuda
