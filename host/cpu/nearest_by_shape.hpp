#pragma once
/// The nearest centre of each row, found in the way that is fastest for so many features and
/// centres. Both give the same bits.

#include <optional>

#include "host/cpu/nearest.hpp"
#include "host/cpu/wide_filter.hpp"

namespace cohort::cpu {

class NearestByShape {
 public:
  /// \param data, centers  outlive this
  NearestByShape(const CpuDataSet& data, MatrixView<const float> centers)
      : data_(data), centers_(centers) {
    if (WideFilter::pays(centers.cols(), centers.rows())) filter_.emplace(data, centers);
  }

  /// Whether labels cost less without distances; then gaps (relabel.hpp) are not to be had.
  [[nodiscard]] bool filters() const { return filter_.has_value(); }

  /// nearest_centers() of `blocks` blocks from `first` on.
  template <class Label>
  void find(Isa isa, std::int64_t first, std::int64_t blocks, Label* labels,
            float* distances) const {
    if (filter_)
      filter_->label(isa, first, blocks, labels, distances);
    else
      nearest_centers(isa, data_.block(first), blocks, centers_, labels, distances);
  }
  /// The labels alone. \param scratch  16 for each block
  template <class Label>
  void label(Isa isa, std::int64_t first, std::int64_t blocks, Label* labels,
             float* scratch) const {
    find(isa, first, blocks, labels, filter_ ? nullptr : scratch);
  }

 private:
  const CpuDataSet& data_;
  MatrixView<const float> centers_;
  std::optional<WideFilter> filter_;
};

}  // namespace cohort::cpu
