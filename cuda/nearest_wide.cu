#include <algorithm>

#include "cuda/nearest_direct.cuh"
#include "cuda/nearest_wide.hpp"
#include "cuda/transfer.hpp"
#include "cuda/wide_filter.cuh"

namespace cohort::cuda {

namespace {

/// Shared memory of a block of sm_90, for which shapes are judged; and what a multiprocessor has
/// beside, for each of its blocks.
constexpr std::size_t kSharedMemory = 227 << 10;
constexpr std::size_t kReserved = 1 << 10;

std::int64_t parts(std::int64_t size, std::int64_t part) {
  return (size + part - 1) / part;
}

/// Sizes of what the filter needs.
struct FilterShape {
  FilterShape(std::int64_t d, std::int64_t k)
      : steps(parts(d, kStepFeatures)), chunks(parts(k, kChunkCenters)) {}
  [[nodiscard]] std::int64_t padded_features() const { return steps * kStepFeatures; }
  [[nodiscard]] std::int64_t padded_centers() const { return chunks * kChunkCenters; }
  /// A block's warps: 8 where a multiprocessor has room for two such blocks, else as many as one
  /// has room for; 0 = too many features. \param shared_memory  that a block may have
  [[nodiscard]] int warps(std::size_t shared_memory) const {
    if (steps > 1024) return 0;
    if (2 * (shared_bytes(8) + kReserved) <= shared_memory + kReserved) return 8;
    const std::size_t room = (shared_memory - ring_bytes()) / warp_bytes(static_cast<int>(steps));
    return room < 2 ? 0 : static_cast<int>(std::min<std::size_t>(room, kMostFilterWarps));
  }
  [[nodiscard]] std::size_t shared_bytes(int count) const {
    return ring_bytes() + static_cast<std::size_t>(count) * warp_bytes(static_cast<int>(steps));
  }
  std::int64_t steps, chunks;
};

/// Centres at a time: no more work than there is, and x read once where that is possible.
template <class Label, class Launch>
void with_direct_kernel(std::int64_t k, const Launch& launch_it) {
  if (k <= 8) return launch_it(label_directly<8, Label>);
  if (k <= 16) return launch_it(label_directly<16, Label>);
  launch_it(label_directly<32, Label>);
}

}  // namespace

/// Instructions a row: directly 2 k d, by the filter 5 d for the row and 6 + d / 24 a centre
/// (nearest_direct.cuh, wide_filter.cuh). Up to 16 centres reading the rows is the larger part of
/// either; below 8 features a step of the tensor cores is more than half padding.
WideMethod wide_method(std::int64_t n, std::int64_t d, std::int64_t k) {
  const bool fits =
      FilterShape(d, k).warps(kSharedMemory) > 0 && k <= kMostCenters && n < std::int64_t{1} << 31;
  return fits && k > 16 && d >= 8 ? WideMethod::filter : WideMethod::direct;
}

WideNearest::WideNearest(const Device& device, std::int64_t n, std::int64_t d, std::int64_t k)
    : WideNearest(device, n, d, k, wide_method(n, d, k)) {}

WideNearest::WideNearest(const Device& device, std::int64_t n, std::int64_t d, std::int64_t k,
                         WideMethod method)
    : device_(device), rows_(n), features_(d), centers_(k), method_(method) {
  // Some GPUs have less shared memory, or older tensor cores.
  if (device.capability_major() < 8 || FilterShape(d, k).warps(device.shared_memory()) == 0)
    method_ = WideMethod::direct;
  device.require_memory(memory(n, d, k, method_), "finding the nearest centres",
                        "use --device cpu or fewer rows");
  if (method_ == WideMethod::direct) return;
  const FilterShape shape(d, k);
  middle_ = DeviceArray<float>(device, d);
  half_range_ = DeviceArray<float>(device, d);
  shift_ = DeviceArray<float>(device, shape.padded_features());
  start_ = DeviceArray<float>(device, shape.padded_centers());
  padded_ = DeviceArray<float>(device, k * shape.padded_features());
  common_ = DeviceArray<WideScale>(device, 1);
  fragments_ = DeviceArray<uint4>(device, shape.chunks * shape.steps * kStepVectors);
  left_counts_ = DeviceArray<LeftCounts>(device, 1);
  left_rows_ = DeviceArray<std::uint32_t>(device, n);
}

double WideNearest::memory(std::int64_t n, std::int64_t d, std::int64_t k, WideMethod method) {
  if (method == WideMethod::direct) return 0;
  const FilterShape shape(d, k);
  return 4.0 * static_cast<double>(n) +
         static_cast<double>(shape.padded_centers()) *
             static_cast<double>(6 * shape.padded_features() + 4) +
         12.0 * static_cast<double>(shape.padded_features());
}

template <class Label>
void WideNearest::label(const Tiles& data, const float* centers, Label* labels,
                        float* distances) const {
  if (rows_ == 0) return;
  if (method_ == WideMethod::direct)
    label_all_directly(data, centers, labels, distances);
  else
    filter(data, centers, labels, distances);
}

std::int64_t WideNearest::rows_left() const {
  if (method_ == WideMethod::direct) return rows_;
  return on_host(device_, left_counts_)[0].left;
}

template <class Label>
void WideNearest::label_all_directly(const Tiles& data, const float* centers, Label* labels,
                                     float* distances) const {
  with_direct_kernel<Label>(centers_, [&](auto* kernel) {
    const unsigned blocks =
        device_.blocks_for(kernel, kDirectThreads, 0, parts(rows_, kDirectThreads));
    launch(device_.stream(), {dim3(blocks), dim3(kDirectThreads)}, kernel, data, centers,
           static_cast<int>(centers_), LeftRows{nullptr, nullptr}, labels, distances);
  });
}

template <class Label>
void WideNearest::filter(const Tiles& data, const float* centers, Label* labels,
                         float* distances) const {
  const FilterShape shape(features_, centers_);
  const WideCenters ready = {centers_,
                             features_,
                             static_cast<int>(shape.steps),
                             static_cast<int>(shape.chunks),
                             middle_.data(),
                             half_range_.data(),
                             shift_.data(),
                             common_.data(),
                             fragments_.data(),
                             start_.data(),
                             padded_.data()};
  const LeftRows left = {left_counts_.data(), left_rows_.data()};
  launch(device_.stream(), {dim3(static_cast<unsigned>(parts(features_, 32))), dim3(256)},
         find_reference, centers, ready, left);
  launch(device_.stream(), {dim3(static_cast<unsigned>(shape.padded_centers() / 8)), dim3(256)},
         pack_centers, centers, ready);

  const int warps = shape.warps(device_.shared_memory());
  const auto threads = static_cast<unsigned>(warps * 32);
  const std::size_t bytes = shape.shared_bytes(warps);
  const unsigned blocks =
      device_.blocks_for(label_by_filter<Label>, threads, bytes, parts(data.tiles(), warps));
  launch(device_.stream(), {dim3(blocks), dim3(threads), bytes}, label_by_filter<Label>, data,
         ready, left, labels, distances);

  const unsigned left_blocks = device_.blocks_for(label_directly<32, Label>, kDirectThreads, 0,
                                                  parts(rows_, kDirectThreads));
  launch(device_.stream(), {dim3(left_blocks), dim3(kDirectThreads)}, label_directly<32, Label>,
         data, centers, static_cast<int>(centers_), left, labels, distances);
}

template void WideNearest::label(const Tiles&, const float*, std::uint8_t*, float*) const;
template void WideNearest::label(const Tiles&, const float*, std::int32_t*, float*) const;

}  // namespace cohort::cuda
