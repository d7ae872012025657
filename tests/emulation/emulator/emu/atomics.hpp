#pragma once
/// Atomic operations, of the types that CUDA has them of; floating-point sums are left out, for
/// their order would show in the results.

#include <type_traits>

#include "emu/thread.hpp"

namespace emu {

/// Perhaps lets others go first (options.jitter).
void jitter();

/// What `change` makes of the value at p is written there; the value before.
template <class T, class F>
T read_modify_write(T* p, F change) {
  if (options.jitter != 0) jitter();
  T old, now;
  __atomic_load(p, &old, __ATOMIC_RELAXED);
  do now = change(old);
  while (!__atomic_compare_exchange(p, &old, &now, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return old;
}

template <class T, class... Types>
inline constexpr bool kOneOf = (std::is_same_v<T, Types> || ...);
template <class T>
inline constexpr bool kWord = kOneOf<T, int, unsigned, unsigned long long>;

}  // namespace emu

template <class T>
T atomicAdd(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicAdd: int, unsigned or unsigned long long");
  return emu::read_modify_write(p, [v](T old) {
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(old) +
                          static_cast<std::make_unsigned_t<T>>(v));
  });
}
template <class T>
T atomicSub(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kOneOf<T, int, unsigned>, "atomicSub: int or unsigned");
  return emu::read_modify_write(p, [v](T old) {
    return static_cast<T>(static_cast<unsigned>(old) - static_cast<unsigned>(v));
  });
}
template <class T>
T atomicMax(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T> || emu::kOneOf<T, long long>, "atomicMax: 32- and 64-bit integers");
  return emu::read_modify_write(p, [v](T old) { return old < v ? v : old; });
}
template <class T>
T atomicMin(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T> || emu::kOneOf<T, long long>, "atomicMin: 32- and 64-bit integers");
  return emu::read_modify_write(p, [v](T old) { return v < old ? v : old; });
}
template <class T>
T atomicAnd(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicAnd: int, unsigned or unsigned long long");
  return emu::read_modify_write(p, [v](T old) { return static_cast<T>(old & v); });
}
template <class T>
T atomicOr(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicOr: int, unsigned or unsigned long long");
  return emu::read_modify_write(p, [v](T old) { return static_cast<T>(old | v); });
}
template <class T>
T atomicXor(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicXor: int, unsigned or unsigned long long");
  return emu::read_modify_write(p, [v](T old) { return static_cast<T>(old ^ v); });
}
template <class T>
T atomicExch(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T> || emu::kOneOf<T, float>,
                "atomicExch: int, unsigned, unsigned long long or float");
  return emu::read_modify_write(p, [v](T) { return v; });
}
template <class T>
T atomicCAS(T* p, std::type_identity_t<T> expected, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T> || emu::kOneOf<T, unsigned short>,
                "atomicCAS: int, unsigned, unsigned long long or unsigned short");
  return emu::read_modify_write(p, [=](T old) { return old == expected ? v : old; });
}
