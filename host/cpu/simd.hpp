#pragma once
/// One kernel source, three instruction sets, the same bits: a kernel is a struct with an
/// always_inline static `run<W>(...)` written on vectors of W lanes; dispatch compiles it for
/// AVX-512 (W = 16), AVX2 + FMA (8) and the baseline (4) and calls what the processor has. Lanes
/// hold different rows, never parts of one sum in floating point, so W cannot change a bit.

#include <cstdint>

#include <immintrin.h>  // declares the builtins of all instruction sets

#include "cohort/arithmetic.hpp"

namespace cohort::cpu {

enum class Isa { baseline, avx2, avx512 };

/// What this processor runs; COHORT_ISA=baseline|avx2|avx512 in the environment lowers it (for
/// tests).
[[nodiscard]] Isa best_isa();

/// Vectors of W lanes that may be loaded from any aligned element (g++ takes no dependent sizes
/// here).
template <int W>
struct LaneTypes;
template <>
struct LaneTypes<2> {
  typedef float F __attribute__((vector_size(8), aligned(4), may_alias));
  typedef std::int32_t I __attribute__((vector_size(8), aligned(4), may_alias));
  typedef double D __attribute__((vector_size(16), aligned(8), may_alias));
  typedef std::int64_t L __attribute__((vector_size(16), aligned(8), may_alias));
  typedef std::uint64_t U __attribute__((vector_size(16), aligned(8), may_alias));
};
template <>
struct LaneTypes<4> {
  typedef float F __attribute__((vector_size(16), aligned(4), may_alias));
  typedef std::int32_t I __attribute__((vector_size(16), aligned(4), may_alias));
  typedef std::uint32_t Unsigned __attribute__((vector_size(16), aligned(4), may_alias));
  typedef std::int16_t Halves __attribute__((vector_size(16)));
  typedef std::int32_t Packed __attribute__((vector_size(16)));
  typedef float PackedF __attribute__((vector_size(16)));
  typedef double D __attribute__((vector_size(32), aligned(8), may_alias));
  typedef std::int64_t L __attribute__((vector_size(32), aligned(8), may_alias));
  typedef std::uint64_t U __attribute__((vector_size(32), aligned(8), may_alias));
};
template <>
struct LaneTypes<8> {
  typedef float F __attribute__((vector_size(32), aligned(4), may_alias));
  typedef std::int32_t I __attribute__((vector_size(32), aligned(4), may_alias));
  typedef std::uint32_t Unsigned __attribute__((vector_size(32), aligned(4), may_alias));
  typedef std::int16_t Halves __attribute__((vector_size(32)));
  typedef std::int32_t Packed __attribute__((vector_size(32)));
  typedef float PackedF __attribute__((vector_size(32)));
  typedef double D __attribute__((vector_size(64), aligned(8), may_alias));
  typedef std::int64_t L __attribute__((vector_size(64), aligned(8), may_alias));
  typedef std::uint64_t U __attribute__((vector_size(64), aligned(8), may_alias));
};
template <>
struct LaneTypes<16> {
  typedef float F __attribute__((vector_size(64), aligned(4), may_alias));
  typedef std::int32_t I __attribute__((vector_size(64), aligned(4), may_alias));
  typedef std::uint32_t Unsigned __attribute__((vector_size(64), aligned(4), may_alias));
  typedef std::int16_t Halves __attribute__((vector_size(64)));
  typedef std::int32_t Packed __attribute__((vector_size(64)));
  typedef float PackedF __attribute__((vector_size(64)));
  typedef double D __attribute__((vector_size(128), aligned(8), may_alias));
  typedef std::int64_t L __attribute__((vector_size(128), aligned(8), may_alias));
  typedef std::uint64_t U __attribute__((vector_size(128), aligned(8), may_alias));
};

template <int W>
struct Lanes : LaneTypes<W> {
  using typename LaneTypes<W>::F;
  using typename LaneTypes<W>::I;
  using typename LaneTypes<W>::D;
  using typename LaneTypes<W>::L;
  using typename LaneTypes<W>::U;

  /// a * b + c, rounded once in each lane; becomes one instruction where there is one.
  [[gnu::always_inline]] static F fma(F a, F b, F c) {
    F result;
    for (int i = 0; i < W; ++i) result[i] = __builtin_fmaf(a[i], b[i], c[i]);
    return result;
  }

  /// Of each lane's two 16-bit halves the products with the other's, added up. (Those of -32768 by
  /// itself twice would not fit.)
  [[gnu::always_inline]] static I pair_products(I a, I b) {
    using Halves = typename LaneTypes<W>::Halves;
    if constexpr (W == 16)
      return (I)__builtin_ia32_pmaddwd512_mask((Halves)a, (Halves)b, I{}, std::uint16_t{0xffff});
    else if constexpr (W == 8)
      return (I)__builtin_ia32_pmaddwd256((Halves)a, (Halves)b);
    else
      return (I)__builtin_ia32_pmaddwd128((Halves)a, (Halves)b);
  }
  /// a + b modulo 2^32.
  [[gnu::always_inline]] static I wrapped_sum(I a, I b) {
    using Unsigned = typename LaneTypes<W>::Unsigned;
    return (I)((Unsigned)a + (Unsigned)b);
  }

  /// Square roots; one instruction where there is one.
  [[gnu::always_inline]] static F root(F a) {
    F result;
    for (int i = 0; i < W; ++i) result[i] = __builtin_sqrtf(a[i]);
    return result;
  }

  /// Whether a bit of any lane is set.
  [[gnu::always_inline]] static bool any(I a) {
    if constexpr (W == 2) {
      return (a[0] | a[1]) != 0;
    } else {
      using Half = typename LaneTypes<W / 2>::I;
      const auto* halves = reinterpret_cast<const Half*>(&a);
      return Lanes<W / 2>::any(halves[0] | halves[1]);
    }
  }

  /// The sign of each lane, as bits: which lanes of a comparison hold.
  [[gnu::always_inline]] static std::uint32_t bits(I a) {
    using Packed = typename LaneTypes<W>::Packed;
    using PackedF = typename LaneTypes<W>::PackedF;
    if constexpr (W == 16)
      return __builtin_ia32_cvtd2mask512((Packed)a);
    else if constexpr (W == 8)
      return static_cast<std::uint32_t>(__builtin_ia32_movmskps256((PackedF)a));
    else
      return static_cast<std::uint32_t>(__builtin_ia32_movmskps((PackedF)a));
  }

  /// values[index[lane]] in each lane.
  [[gnu::always_inline]] static F gathered(const float* values, I index) {
    if constexpr (W == 16) {
      using Packed = typename LaneTypes<W>::Packed;
      using PackedF = typename LaneTypes<W>::PackedF;
      return (F)__builtin_ia32_gathersiv16sf(PackedF{}, values, (Packed)index,
                                             std::uint16_t{0xffff}, 4);
    } else {
      F result;
      for (int i = 0; i < W; ++i) result[i] = values[index[i]];
      return result;
    }
  }

  /// The least lane, of lanes that are numbers.
  [[gnu::always_inline]] static float least(F a) {
    if constexpr (W == 2) {
      return a[0] < a[1] ? a[0] : a[1];
    } else {
      using Half = typename LaneTypes<W / 2>::F;
      const auto* halves = reinterpret_cast<const Half*>(&a);
      return Lanes<W / 2>::least(halves[1] < halves[0] ? halves[1] : halves[0]);
    }
  }

  [[gnu::always_inline]] static D fma(D a, D b, D c) {
    D result;
    for (int i = 0; i < W; ++i) result[i] = __builtin_fma(a[i], b[i], c[i]);
    return result;
  }

  /// W floats as doubles. (Lane by lane g++ makes it one instruction; __builtin_convertvector,
  /// four.)
  [[gnu::always_inline]] static D widened(const float* values) {
    D result;
    for (int i = 0; i < W; ++i) result[i] = static_cast<double>(values[i]);
    return result;
  }

  /// term x steps_per_unit + kPush, the product exact, as steps are a power of two: the sum is
  /// rounded once, fused or not. (Fused only where that is one instruction.)
  [[gnu::always_inline]] static D pushed(D term, double steps_per_unit) {
    if constexpr (W <= 2) return term * steps_per_unit + kPush;
    D result;
    for (int i = 0; i < W; ++i) result[i] = __builtin_fma(term[i], steps_per_unit, kPush);
    return result;
  }

  /// W doubles rounded to floats, likewise.
  [[gnu::always_inline]] static void store_narrowed(float* values, D wide) {
    for (int i = 0; i < W; ++i) values[i] = static_cast<float>(wide[i]);
  }

  /// on_grid() of arithmetic.hpp in each lane.
  [[gnu::always_inline]] static D on_grid(D term, double steps_per_unit) {
    return (term * steps_per_unit + kPush) - kPush;
  }

  /// The same as an integer: what the pushed bits have more than the push's own.
  [[gnu::always_inline]] static L grid_steps(D term, double steps_per_unit) {
    return (L)pushed(term, steps_per_unit) - (L)(D{} + kPush);
  }

  [[gnu::always_inline]] static std::int64_t total(L lanes) {
    std::int64_t sum = 0;
    for (int i = 0; i < W; ++i) sum += lanes[i];
    return sum;
  }
};

template <class Kernel, class... A>
[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void run_avx512(A... a) {
  Kernel::template run<16>(a...);
}
template <class Kernel, class... A>
[[gnu::target("arch=x86-64-v3")]] void run_avx2(A... a) {
  Kernel::template run<8>(a...);
}
template <class Kernel, class... A>
void run_baseline(A... a) {
  Kernel::template run<4>(a...);
}

/// Arguments go by value: pass pointers.
template <class Kernel, class... A>
void dispatch(Isa isa, A... a) {
  switch (isa) {
    case Isa::avx512:
      return run_avx512<Kernel>(a...);
    case Isa::avx2:
      return run_avx2<Kernel>(a...);
    case Isa::baseline:
      return run_baseline<Kernel>(a...);
  }
}

template <class Kernel>
struct Halved {
  template <int W, class... A>
  [[gnu::always_inline]] static void run(A... a) {
    Kernel::template run<W / 2>(a...);
  }
};

/// For kernels on doubles and 64-bit integers: W is 8, 4 or 2, so that D and L are what a register
/// holds. (g++ takes comparisons of wider vectors apart, lane by lane.)
template <class Kernel, class... A>
void dispatch_doubles(Isa isa, A... a) {
  dispatch<Halved<Kernel>>(isa, a...);
}

}  // namespace cohort::cpu
