#pragma once
/// What the lanes of a warp do together: shuffles, votes, matches and reductions.

#include <cstring>
#include <string>
#include <type_traits>

#include "emu/thread.hpp"

namespace emu {

/// A meeting of lanes: what each of those that came has handed in.
struct Slot {
  unsigned came = 0;
  alignas(16) unsigned char val[32][16];
};

/// Hands `size` bytes in and waits until every living lane of `mask` has.
/// \param orders  whether it is a barrier for memory too
[[nodiscard]] Slot& meet(unsigned mask, const void* value, std::size_t size, const char* op,
                         const Loc& where, bool orders);
/// The caller has read what it wants.
void leave(Slot& slot);

/// Throws Error with the place and the running thread.
[[noreturn]] void fail(const std::string& message, const Loc& where);
[[noreturn]] void fail_absent_lane(const char* op, int source, const Loc& where);

/// Every lane of `mask` hands in `value`; read(slot) makes of them what the call returns.
template <class T, class F>
auto collective(unsigned mask, const T& value, const char* op, const Loc& where, bool orders,
                F read) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 16);
  Slot& slot = meet(mask, &value, sizeof value, op, where, orders);
  auto result = read(slot);
  leave(slot);
  return result;
}

template <class T>
T handed_in(const Slot& slot, unsigned lane) {
  T value;
  std::memcpy(&value, slot.val[lane], sizeof value);
  return value;
}

/// \param inside  whether the source lies in the caller's part of the warp: else it keeps its value
template <class T>
T shuffle(const char* op, unsigned mask, const T& value, int source, bool inside,
          const Loc& where) {
  return collective(mask, value, op, where, false, [&](const Slot& slot) {
    if (!inside) return value;
    if ((slot.came >> source & 1) == 0) fail_absent_lane(op, source, where);
    return handed_in<T>(slot, static_cast<unsigned>(source));
  });
}

/// combine(a, b) over the lanes of the mask, from the lowest to the highest.
template <class T, class F>
T reduce_lanes(const char* op, unsigned mask, T value, const Loc& where, F combine) {
  return collective(mask, value, op, where, false, [&](const Slot& slot) {
    unsigned lane = static_cast<unsigned>(__builtin_ctz(slot.came));
    T result = handed_in<T>(slot, lane);
    while (++lane < 32)
      if ((slot.came >> lane & 1) != 0) result = combine(result, handed_in<T>(slot, lane));
    return result;
  });
}

/// The lanes that handed in something not 0.
unsigned ballot(const char* op, unsigned mask, bool predicate, const Loc& where);
void sync_warp(unsigned mask, const Loc& where);

/// What CUDA has shuffles of; cooperative groups take more.
template <class T>
inline constexpr bool kShuffled = std::is_arithmetic_v<T> && sizeof(T) >= 4;
/// What CUDA's own reductions take.
template <class T>
inline constexpr bool kReduced = std::is_same_v<T, int> || std::is_same_v<T, unsigned>;

inline int lane() {
  return self().lane;
}

}  // namespace emu

inline void __syncwarp(unsigned mask = ~0U, EMU_HERE) {
  emu::sync_warp(mask, here);
}

// ---------------------------------------------------------------- votes and matches
inline unsigned __ballot_sync(unsigned mask, int predicate, EMU_HERE) {
  return emu::ballot("__ballot_sync", mask, predicate != 0, here);
}
inline int __any_sync(unsigned mask, int predicate, EMU_HERE) {
  return emu::ballot("__any_sync", mask, predicate != 0, here) != 0;
}
inline int __all_sync(unsigned mask, int predicate, EMU_HERE) {
  return emu::ballot("__all_sync", mask, predicate == 0, here) == 0;
}
/// The lanes of the mask that handed in the same bits.
template <class T>
unsigned __match_any_sync(unsigned mask, T value, EMU_HERE) {
  static_assert(emu::kShuffled<T>, "CUDA matches numbers of 32 or 64 bits only");
  return emu::collective(mask, value, "__match_any_sync", here, false, [&](const emu::Slot& slot) {
    unsigned same = 0;
    for (unsigned i = 0; i < 32; ++i)
      if ((slot.came >> i & 1) != 0 && std::memcmp(slot.val[i], &value, sizeof value) == 0)
        same |= 1U << i;
    return same;
  });
}
/// The lanes that happen to run together: CUDA promises the caller and no one else.
inline unsigned __activemask() {
  return 1U << emu::lane();
}

// ---------------------------------------------------------------- shuffles
template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, EMU_HERE) {
  static_assert(emu::kShuffled<T>, "CUDA shuffles numbers of 32 or 64 bits only");
  return emu::shuffle("__shfl_sync", mask, value,
                      emu::lane() / width * width + (source & (width - 1)), true, here);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, EMU_HERE) {
  static_assert(emu::kShuffled<T>, "CUDA shuffles numbers of 32 or 64 bits only");
  const int source = emu::lane() ^ bits;
  return emu::shuffle("__shfl_xor_sync", mask, value, source,
                      source < (emu::lane() / width + 1) * width, here);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, EMU_HERE) {
  static_assert(emu::kShuffled<T>, "CUDA shuffles numbers of 32 or 64 bits only");
  const int source = emu::lane() + static_cast<int>(delta);
  return emu::shuffle("__shfl_down_sync", mask, value, source,
                      source < (emu::lane() / width + 1) * width, here);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, EMU_HERE) {
  static_assert(emu::kShuffled<T>, "CUDA shuffles numbers of 32 or 64 bits only");
  const int source = emu::lane() - static_cast<int>(delta);
  return emu::shuffle("__shfl_up_sync", mask, value, source, source >= emu::lane() / width * width,
                      here);
}

// ---------------------------------------------------------------- reductions
template <class T>
T __reduce_add_sync(unsigned mask, T value, EMU_HERE) {
  static_assert(emu::kReduced<T>, "CUDA reduces int and unsigned only");
  return static_cast<T>(emu::reduce_lanes("__reduce_add_sync", mask, static_cast<unsigned>(value),
                                          here, [](unsigned a, unsigned b) { return a + b; }));
}
template <class T>
T __reduce_min_sync(unsigned mask, T value, EMU_HERE) {
  static_assert(emu::kReduced<T>, "CUDA reduces int and unsigned only");
  return emu::reduce_lanes("__reduce_min_sync", mask, value, here,
                           [](T a, T b) { return b < a ? b : a; });
}
template <class T>
T __reduce_max_sync(unsigned mask, T value, EMU_HERE) {
  static_assert(emu::kReduced<T>, "CUDA reduces int and unsigned only");
  return emu::reduce_lanes("__reduce_max_sync", mask, value, here,
                           [](T a, T b) { return a < b ? b : a; });
}
inline unsigned __reduce_and_sync(unsigned mask, unsigned value, EMU_HERE) {
  return emu::reduce_lanes("__reduce_and_sync", mask, value, here,
                           [](unsigned a, unsigned b) { return a & b; });
}
inline unsigned __reduce_or_sync(unsigned mask, unsigned value, EMU_HERE) {
  return emu::reduce_lanes("__reduce_or_sync", mask, value, here,
                           [](unsigned a, unsigned b) { return a | b; });
}
inline unsigned __reduce_xor_sync(unsigned mask, unsigned value, EMU_HERE) {
  return emu::reduce_lanes("__reduce_xor_sync", mask, value, here,
                           [](unsigned a, unsigned b) { return a ^ b; });
}
