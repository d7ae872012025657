#pragma once
/// Tensor cores: a warp multiplies small matrices of halves (IEEE binary16) into float32 sums, from
/// compute capability 8.0 on (before it, nothing that may be called). The emulation has a twin of
/// each function.
///
/// What is known only from NVIDIA's documents until a GPU has run it: which lane holds which
/// elements (PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type"), that products
/// and sums have at least single precision, and that order, rounding and the treatment of subnormal
/// halves are left open. Published measurements of these units (V100 to H100) find truncated sums
/// of 4 to 16 terms aligned to the largest.

#include <cstdint>

#include "cuda/gpu.hpp"

#if !defined(__CUDACC__)
#include <tensor_core_emulator.hpp>
#endif

namespace cohort::cuda {

/// The error of one multiply_add() is at most this times (|sum before| + sum of |a x b|). Sixteen
/// products are exact in float32; adding them one after the other, both the aligned term and the
/// result cut off, would cost 32 units of 2^-23: nothing known is as bad.
inline constexpr double kTensorCoreError = 0x1p-18;

/// Two floats rounded to nearest halves, `first` in the low bits; beyond 65504 infinite.
__device__ __forceinline__ std::uint32_t two_halves([[maybe_unused]] float first,
                                                    [[maybe_unused]] float second) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  std::uint32_t halves;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(halves) : "f"(second), "f"(first));
  return halves;
#elif !defined(__CUDACC__)
  return emu::half_of(first) | static_cast<std::uint32_t>(emu::half_of(second)) << 16;
#else
  return 0;
#endif
}

/// The float that the low 16 bits stand for.
__device__ __forceinline__ float float_of_half([[maybe_unused]] std::uint32_t half) {
#if defined(__CUDA_ARCH__)
  float value;
  asm("{ .reg .b16 h; cvt.u16.u32 h, %1; cvt.f32.f16 %0, h; }" : "=f"(value) : "r"(half));
  return value;
#elif !defined(__CUDACC__)
  return emu::float_of_half(static_cast<std::uint16_t>(half));
#else
  return 0;
#endif
}

/// sum = before + a x b for a warp: a is 16 x 16, b is 16 x 8, sum and before are 16 x 8 (and may
/// be one). With g = lane / 4 and t = lane % 4 the lane holds, each word two neighbours in k:
///   a[0], a[1]: rows g and g + 8, k = 2t;  a[2], a[3]: the same rows, k = 2t + 8;
///   b0, b1: column g, k = 2t and 2t + 8;
///   sum[0], sum[1]: row g, columns 2t and 2t + 1;  sum[2], sum[3]: the same of row g + 8.
__device__ __forceinline__ void multiply_add([[maybe_unused]] const float (&before)[4],
                                             [[maybe_unused]] const std::uint32_t (&a)[4],
                                             [[maybe_unused]] std::uint32_t b0,
                                             [[maybe_unused]] std::uint32_t b1, float (&sum)[4]) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};"
      : "=f"(sum[0]), "=f"(sum[1]), "=f"(sum[2]), "=f"(sum[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1), "f"(before[0]),
        "f"(before[1]), "f"(before[2]), "f"(before[3]));
#elif !defined(__CUDACC__)
  emu::multiply_add(before, a, b0, b1, sum);
#elif defined(__CUDA_ARCH__)
  __trap();
#endif
}

}  // namespace cohort::cuda
