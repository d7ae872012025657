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

/// (std::int64_t is another type than CUDA's long long.)
template <class T>
inline constexpr bool kWord = std::is_integral_v<T> && (sizeof(T) == 4 || sizeof(T) == 8);

}  // namespace emu

template <class T>
T atomicAdd(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicAdd: integers of 32 or 64 bits");
  return emu::read_modify_write(p, [v](T old) {
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(old) +
                          static_cast<std::make_unsigned_t<T>>(v));
  });
}
template <class T>
T atomicSub(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T> && sizeof(T) == 4, "atomicSub: integers of 32 bits");
  return emu::read_modify_write(p, [v](T old) {
    return static_cast<T>(static_cast<unsigned>(old) - static_cast<unsigned>(v));
  });
}
template <class T>
T atomicMax(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicMax: integers of 32 or 64 bits");
  return emu::read_modify_write(p, [v](T old) { return old < v ? v : old; });
}
template <class T>
T atomicMin(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicMin: integers of 32 or 64 bits");
  return emu::read_modify_write(p, [v](T old) { return v < old ? v : old; });
}
template <class T>
T atomicAnd(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicAnd: integers of 32 or 64 bits");
  return emu::read_modify_write(p, [v](T old) { return static_cast<T>(old & v); });
}
template <class T>
T atomicOr(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicOr: integers of 32 or 64 bits");
  return emu::read_modify_write(p, [v](T old) { return static_cast<T>(old | v); });
}
template <class T>
T atomicXor(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T>, "atomicXor: integers of 32 or 64 bits");
  return emu::read_modify_write(p, [v](T old) { return static_cast<T>(old ^ v); });
}
template <class T>
T atomicExch(T* p, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T> || std::is_same_v<T, float>,
                "atomicExch: integers of 32 or 64 bits, or float");
  return emu::read_modify_write(p, [v](T) { return v; });
}
template <class T>
T atomicCAS(T* p, std::type_identity_t<T> expected, std::type_identity_t<T> v) {
  static_assert(emu::kWord<T> || std::is_same_v<T, unsigned short>,
                "atomicCAS: integers of 16 (unsigned), 32 or 64 bits");
  return emu::read_modify_write(p, [=](T old) { return old == expected ? v : old; });
}
