#pragma once
/// A tensor core's product of halves, one warp collective (tests only). What NVIDIA leaves open is
/// an option here: how wrong a sum may come out, and whether subnormal halves count.

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "cuda_emulator.hpp"

namespace emu {

struct TensorCore {
  /// Every sum comes out wrong by this times (|sum before| + sum of |a x b|),
  double error = 0;
  /// in odd columns up and in even ones down, or anywhere up or down at random.
  bool error_by_column = false;
  std::uint64_t seed = 1;
  bool flush_subnormals = false;
};
inline TensorCore tensor_core;

/// Round to nearest, ties to even.
inline std::uint16_t half_of(float value) {
  return std::bit_cast<std::uint16_t>(static_cast<_Float16>(value));
}
inline float float_of_half(std::uint16_t half) {
  const auto sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
  const std::uint32_t magnitude = half & 0x7fffU;
  if (magnitude >= 0x7c00U)  // infinity and NaN
    return std::bit_cast<float>(sign | 0x7f800000U | (magnitude & 0x3ffU) << 13);
  return std::bit_cast<float>(
      sign | std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude << 13) * 0x1p112F));
}
/// As the tensor core takes it.
inline double factor(std::uint32_t two_halves, unsigned which) {
  const double value = static_cast<double>(
      float_of_half(static_cast<std::uint16_t>(which == 0 ? two_halves : two_halves >> 16)));
  return tensor_core.flush_subnormals && std::abs(value) < 0x1p-14 ? 0.0 : value;
}

/// sum = before + a x b, in double, made worse, and rounded once; see cuda/tensor_core.hpp.
inline void multiply_add(const float (&before)[4], const std::uint32_t (&a)[4], std::uint32_t b0,
                         std::uint32_t b1, float (&sum)[4]) {
  struct Fragment {
    std::uint32_t word[4];
  };
  struct Fragments {
    Fragment of[32];
  };
  const auto exchanged = [](Fragment mine) {
    return collective(~0U, mine, "mma", Loc::current(), false, [](Slot& slot) {
      Fragments all;
      for (unsigned lane = 0; lane < 32; ++lane)
        std::memcpy(&all.of[lane], slot.val[lane], sizeof(Fragment));
      return all;
    });
  };
  [[maybe_unused]] Quiet q;
  const Fragments left = exchanged({{a[0], a[1], a[2], a[3]}});
  const Fragments right = exchanged({{b0, b1, 0, 0}});
  const unsigned g = self().lane / 4;
  const unsigned t = self().lane % 4;
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned row = g + i / 2 * 8;
    const unsigned column = 2 * t + i % 2;
    double exact = static_cast<double>(before[i]);
    double magnitude = std::abs(exact);
    for (unsigned k = 0; k < 16; ++k) {
      // a(row, k): word row / 8 + 2 (k / 8) of lane 4 (row % 8) + k % 8 / 2; b(k, column) likewise
      const double product =
          factor(left.of[row % 8 * 4 + k % 8 / 2].word[row / 8 + k / 8 * 2], k % 2) *
          factor(right.of[column * 4 + k % 8 / 2].word[k / 8], k % 2);
      exact += product;
      magnitude += std::abs(product);
    }
    if (tensor_core.error > 0) {
      tensor_core.seed = tensor_core.seed * 6364136223846793005U + 1442695040888963407U;
      const bool up = tensor_core.error_by_column ? column % 2 != 0 : (tensor_core.seed >> 63) != 0;
      exact += (up ? 1.0 : -1.0) * tensor_core.error * magnitude;
    }
    sum[i] = std::isnan(exact) ? std::bit_cast<float>(0x7fffffffU) : static_cast<float>(exact);
  }
}

}  // namespace emu
