#pragma once
/// The threads that could go on, in the order in which they became so.

#include <cstdint>
#include <utility>
#include <vector>

#include "emu/thread.hpp"

namespace emu {

/// Random numbers (splitmix64) for schedules.
class Dice {
 public:
  void seed(std::uint64_t seed) { state_ = seed; }
  /// In [0, sides).
  [[nodiscard]] std::size_t roll(std::size_t sides) {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return static_cast<std::size_t>((z ^ z >> 31) % sides);
  }

 private:
  std::uint64_t state_ = 1;
};

/// A ring.
class ReadyQueue {
 public:
  void push(Thread* thread) {
    if (size_ == ring_.size()) grow();
    ring_[(first_ + size_++) & (ring_.size() - 1)] = thread;
  }
  void clear() { size_ = 0; }

  /// Takes the next out; null where there is none.
  [[nodiscard]] Thread* pop(Order order, Dice& dice) {
    if (size_ == 0) return nullptr;
    if (order == Order::random) std::swap(at(dice.roll(size_)), at(0));
    --size_;
    if (order == Order::reverse) return at(size_);
    Thread* next = at(0);
    first_ = (first_ + 1) & (ring_.size() - 1);
    // The one behind it is on its way into the cache while this one runs.
    if (size_ > 0 && order == Order::forward) {
      __builtin_prefetch(at(0)->context);
      if (size_ > 1) __builtin_prefetch(at(1));
    }
    return next;
  }

 private:
  Thread*& at(std::size_t i) { return ring_[(first_ + i) & (ring_.size() - 1)]; }
  void grow() {
    std::vector<Thread*> larger(ring_.empty() ? 1024 : 2 * ring_.size());
    for (std::size_t i = 0; i < size_; ++i) larger[i] = at(i);
    ring_ = std::move(larger);
    first_ = 0;
  }

  std::vector<Thread*> ring_;
  std::size_t first_ = 0, size_ = 0;
};

}  // namespace emu
