#include <limits>

#include "cuda/kmeans_empty.cuh"
#include "cuda/kmeans_lloyd.hpp"

namespace cohort::cuda {

namespace {

/// Rows by falling distance, of equal ones the first, one after the other, and their terms.
class FarRows {
 public:
  FarRows(const LloydWork& work, const Relabel& relabel, const Device& device)
      : work_(work),
        relabel_(relabel),
        device_(device),
        blocks_(device.blocks_for(next_far_row, kFarThreads, 0,
                                  (work.data.rows + kFarThreads - 1) / kFarThreads)),
        of_blocks_(device, blocks_),
        terms_there_(device, work.data.features + 2) {}

  FarRow next() {
    launch(device_.stream(), {dim3(blocks_), dim3(kFarThreads)}, next_far_row, work_.data,
           work_.rows, relabel_.distances(), last_, given_rows(), of_blocks_.data());
    FarPlace first = {-1, -1};
    for (const FarPlace& of_block : on_host(device_, of_blocks_))
      if (of_block.before(first)) first = of_block;
    if (first.row < 0) return {};
    if (first.distance < last_.distance) given_.clear();
    given_.push_back(first.row);
    last_ = first;
    launch(device_.stream(), {dim3(1), dim3(256)}, terms_of_row, work_.data, work_.rows,
           relabel_.labels(), first.row, terms_there_.data());
    terms_ = on_host(device_, terms_there_);
    return {first.row, first.distance, terms_[0], terms_[1]};
  }
  /// What a copy of the last row adds to the sum of feature j.
  [[nodiscard]] WrappingSum term(std::int64_t j) const {
    return static_cast<WrappingSum>(terms_[static_cast<std::size_t>(2 + j)]);
  }

 private:
  GivenRows given_rows() {
    given_there_ = on_device<std::int64_t>(device_, given_);
    return {given_there_.data(), static_cast<int>(given_.size())};
  }

  const LloydWork& work_;
  const Relabel& relabel_;
  const Device& device_;
  unsigned blocks_;
  DeviceArray<FarPlace> of_blocks_;
  DeviceArray<std::int64_t> terms_there_;
  std::vector<std::int64_t> given_;  ///< as far as the last
  DeviceArray<std::int64_t> given_there_;
  FarPlace last_ = {std::numeric_limits<float>::infinity(), -1};
  std::vector<std::int64_t> terms_;
};

}  // namespace

void fill_empty_clusters(const LloydWork& work, std::int64_t restart, const Relabel& relabel,
                         const Device& device) {
  const std::int64_t k = work.restarts.layout.clusters;
  const std::int64_t d = work.restarts.layout.features;
  std::vector<WrappingSum> sums(static_cast<std::size_t>(work.restarts.sums_each()));
  copy_to_host<WrappingSum>(device, work.restarts.sums_of(restart), sums);
  std::vector<std::int64_t> weights(sums.begin() + k * d, sums.end());

  relabel.find(work.restarts, restart, true);
  FarRows rows(work, relabel, device);
  cohort::fill_empty_clusters(
      weights, [&] { return rows.next(); },
      [&](const FarRow& far, std::int64_t to) {
        for (std::int64_t j = 0; j < d; ++j) {
          sums[static_cast<std::size_t>(far.cluster * d + j)] -= rows.term(j);
          sums[static_cast<std::size_t>(to * d + j)] = rows.term(j);
        }
      });
  std::ranges::copy(weights, sums.begin() + k * d);
  const DeviceArray<WrappingSum> filled = on_device<WrappingSum>(device, sums);
  launch(device.stream(), {dim3(1), dim3(512)}, advance_filled, work, restart, filled.data());
}

}  // namespace cohort::cuda
