#pragma once
/// The arithmetic that every backend shares, so that equal bits come by construction and not by
/// care. g++ and nvcc both take this header. Nothing here may be compiled with contraction or fast
/// math.

#include <bit>
#include <cmath>
#include <cstdint>

#if defined(__CUDACC__)
#define COHORT_SHARED_CODE __host__ __device__ inline
#else
#define COHORT_SHARED_CODE inline
#endif

namespace cohort {

/// One feature's part of a squared distance: total + (x - y)^2, rounded once. Features come in
/// index order.
COHORT_SHARED_CODE float add_squared_difference(float x, float y, float total) {
  const float difference = x - y;
  return fmaf(difference, difference, total);
}

/// A scaled value: (x - center) / scale in double, rounded to float32.
COHORT_SHARED_CODE float scaled(float x, double center, double scale) {
  return static_cast<float>((static_cast<double>(x) - center) / scale);
}

/// The fixed-point grid 2^-exponent that the terms of one sum are rounded to.
struct Grid {
  int exponent = 0;
  [[nodiscard]] COHORT_SHARED_CODE double steps_per_unit() const { return ldexp(1.0, exponent); }
  [[nodiscard]] COHORT_SHARED_CODE double unit() const { return ldexp(1.0, -exponent); }
};

/// 1.5 x 2^52: adding it pushes a double's fraction out of the significand.
inline constexpr double kPush = 6755399441055744.0;

/// A term on its grid as an integral double, ties to even; |term x steps_per_unit| must stay below
/// 2^51. No rounding-mode call, and it vectorises anywhere.
COHORT_SHARED_CODE double on_grid(double term, double steps_per_unit) {
  return (term * steps_per_unit + kPush) - kPush;
}

/// A double's bits.
[[gnu::always_inline]] COHORT_SHARED_CODE std::uint64_t bits_of(double value) {
#if defined(__CUDA_ARCH__)
  return static_cast<std::uint64_t>(__double_as_longlong(value));
#else
  return std::bit_cast<std::uint64_t>(value);
#endif
}

/// The double with these bits.
[[gnu::always_inline]] COHORT_SHARED_CODE double double_of(std::uint64_t bits) {
#if defined(__CUDA_ARCH__)
  return __longlong_as_double(static_cast<long long>(bits));
#else
  return std::bit_cast<double>(bits);
#endif
}

/// on_grid(scaled, 1) as a two's complement integer, read straight out of the significand: sums of
/// them wrap in between and are right at the end.
[[gnu::always_inline]] COHORT_SHARED_CODE std::uint64_t grid_integer(double scaled) {
  return bits_of(scaled + kPush) - bits_of(kPush);
}

/// 128 random bits: Philox4x32-10 (Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC
/// 2011).
struct RandomBits {
  std::uint32_t word[4];
  [[nodiscard]] COHORT_SHARED_CODE std::uint64_t low() const {
    return (static_cast<std::uint64_t>(word[1]) << 32) | word[0];
  }
  [[nodiscard]] COHORT_SHARED_CODE std::uint64_t high() const {
    return (static_cast<std::uint64_t>(word[3]) << 32) | word[2];
  }
};

/// The draw numbered (stream, index) of a seed: the same bits wherever and whenever it is made.
COHORT_SHARED_CODE RandomBits philox(std::uint64_t seed, std::uint64_t stream,
                                     std::uint64_t index) {
  std::uint32_t c0 = static_cast<std::uint32_t>(index);
  std::uint32_t c1 = static_cast<std::uint32_t>(index >> 32);
  std::uint32_t c2 = static_cast<std::uint32_t>(stream);
  std::uint32_t c3 = static_cast<std::uint32_t>(stream >> 32);
  std::uint32_t k0 = static_cast<std::uint32_t>(seed);
  std::uint32_t k1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = static_cast<std::uint64_t>(0xD2511F53U) * c0;
    const std::uint64_t p1 = static_cast<std::uint64_t>(0xCD9E8D57U) * c2;
    const std::uint32_t n0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
    const std::uint32_t n2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c1 = static_cast<std::uint32_t>(p1);
    c3 = static_cast<std::uint32_t>(p0);
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9U;
    k1 += 0xBB67AE85U;
  }
  return {{c0, c1, c2, c3}};
}

/// floor(bits x bound / 2^64): a uniform integer in [0, bound), biased by less than bound / 2^64.
COHORT_SHARED_CODE std::uint64_t below(std::uint64_t bits, std::uint64_t bound) {
#if defined(__CUDA_ARCH__)
  return __umul64hi(bits, bound);
#else
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits) * bound) >> 64);
#endif
}

}  // namespace cohort
