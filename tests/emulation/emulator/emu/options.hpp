#pragma once
/// How an emulated kernel is run, and how it fails.

#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "emu/sanitizers.hpp"

namespace emu {

/// A place in a kernel's source. (clang 14 has no std::source_location.)
struct Loc {
  const char* file = "";
  unsigned line = 0;
  static constexpr Loc current(const char* f = __builtin_FILE(), unsigned l = __builtin_LINE()) {
    return {f, l};
  }
};

/// What a kernel or a launch did wrong; "... at FILE:LINE, block (0,0,0) thread (5,0,0)".
struct Error : std::runtime_error {
  using runtime_error::runtime_error;
};

/// The order in which threads that could go on take turns, and blocks follow each other.
enum class Order { forward, reverse, random };

struct Options {
  Order order = Order::forward;
  std::uint64_t seed = 1;  ///< of Order::random and of the jitter
  unsigned jitter = 0;     ///< others go first before one in so many atomic operations; 0: never
  bool same_site = true;   ///< threads meet at one textual barrier only
  /// Bytes of a thread's stack; only touched pages cost memory.
  std::size_t stack = EMU_THREAD_SANITIZER ? 128 << 10 : 1 << 20;
};
inline Options options;

}  // namespace emu

/// The last parameter of what kernels call: the caller's place.
#define EMU_HERE ::emu::Loc here = ::emu::Loc::current()
