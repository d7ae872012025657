#pragma once
/// Memory of large arrays: on huge pages where the kernel gives them to those that ask, so that one
/// page fault brings 2 MiB and not 4 KiB, and as it comes, not zeroed: the threads that fill an
/// array are the first to touch its pages.

#include <cstddef>
#include <limits>
#include <new>
#include <type_traits>
#include <vector>

#include <sys/mman.h>

namespace cohort {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// What arrays of so many bytes begin on: a cache line or, where they fill one, a huge page.
[[nodiscard]] constexpr std::align_val_t large_alignment(std::size_t bytes) {
  return std::align_val_t{bytes < kHugePage ? 64 : kHugePage};
}

/// \throws std::bad_alloc
[[nodiscard]] inline void* allocate_large(std::size_t bytes) {
  void* const memory = ::operator new(bytes, large_alignment(bytes));
  // Advice: where it is not taken, small pages do.
  if (bytes >= kHugePage) (void)madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

inline void free_large(void* memory, std::size_t bytes) noexcept {
  ::operator delete(memory, large_alignment(bytes));
}

/// For std::vector: elements that are given no value have none.
template <class T>
struct LargeAllocator {
  using value_type = T;

  LargeAllocator() = default;
  template <class U>
  LargeAllocator(const LargeAllocator<U>& /*other*/) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
      throw std::bad_array_new_length();
    return static_cast<T*>(allocate_large(count * sizeof(T)));
  }
  void deallocate(T* elements, std::size_t count) noexcept {
    free_large(elements, count * sizeof(T));
  }
  template <class U>
  void construct(U* place) noexcept(std::is_nothrow_default_constructible_v<U>) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... A>
  void construct(U* place, A&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<A>(arguments)...);
  }
  friend bool operator==(const LargeAllocator& /*a*/, const LargeAllocator& /*b*/) { return true; }
};

/// `LargeVector<T>(n)` holds n untouched elements, `LargeVector<T>(n, T{})` n zeros.
template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace cohort
