#pragma once
/// The nearest centre of each row where there are many features or many centres, with the CPU's
/// bits.

#include "cuda/array.hpp"
#include "cuda/data_set.hpp"
#include "cuda/wide_centers.hpp"
#include "cuda/wide_left.hpp"

namespace cohort::cuda {

/// Whether WideNearest is for d features and k centres: by shape alone.
[[nodiscard]] constexpr bool is_wide(std::int64_t d, std::int64_t k) {
  return d > 32 || k > 64;
}

/// How the nearest centres are found. Both give the same bits.
enum class WideMethod {
  direct,  ///< every distance
  filter,  ///< tensor cores propose, a bound proves, distances decide where it does not
};
/// The faster one, by shape alone.
[[nodiscard]] WideMethod wide_method(std::int64_t n, std::int64_t d, std::int64_t k);

/// Labels n x d rows by k centres, again and again; holds the memory that this takes.
class WideNearest {
 public:
  /// \param device  outlives this
  WideNearest(const Device& device, std::int64_t n, std::int64_t d, std::int64_t k);
  WideNearest(const Device& device, std::int64_t n, std::int64_t d, std::int64_t k,
              WideMethod method);

  /// Bytes of GPU memory that one takes.
  [[nodiscard]] static double memory(std::int64_t n, std::int64_t d, std::int64_t k,
                                     WideMethod method);

  /// Queued on the device's stream: kernels only, nothing waits. The label is the least index of
  /// the least squared distance; of a row whose distances are all beyond float32 it is 0, and the
  /// distance infinite.
  /// \param centers    k x d, on the GPU
  /// \param labels     n, on the GPU
  /// \param distances  n, on the GPU; or null
  /// \tparam Label     std::uint8_t (up to 256 centres) or std::int32_t
  template <class Label>
  void label(const Tiles& data, const float* centers, Label* labels, float* distances) const;

  /// Rows of the last label() that the filter left to the direct kernel: what became of its speed.
  /// Waits.
  [[nodiscard]] std::int64_t rows_left() const;

 private:
  template <class Label>
  void label_all_directly(const Tiles& data, const float* centers, Label* labels,
                          float* distances) const;
  template <class Label>
  void filter(const Tiles& data, const float* centers, Label* labels, float* distances) const;

  const Device& device_;
  std::int64_t rows_, features_, centers_;
  WideMethod method_;
  DeviceArray<float> middle_, half_range_, shift_, start_, padded_;
  DeviceArray<WideScale> common_;
  DeviceArray<uint4> fragments_;
  DeviceArray<LeftCounts> left_counts_;
  DeviceArray<std::uint32_t> left_rows_;
};

}  // namespace cohort::cuda
