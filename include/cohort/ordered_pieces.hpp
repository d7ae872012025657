#pragma once
/// Pieces made by several threads in any order, handed on in their own.

#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

namespace cohort {

/// Nobody waits for a turn: whoever finishes a piece that is next hands it on, and those after it
/// that are ready by then, while the others make more.
class OrderedPieces {
 public:
  OrderedPieces(std::int64_t pieces, const std::function<void(std::string_view)>& hand_on)
      : ready_(static_cast<std::size_t>(pieces)), hand_on_(hand_on) {}

  /// \param piece  must last until all are handed on
  void add(std::int64_t index, std::string_view piece) {
    std::unique_lock lock(mutex_);
    ready_[static_cast<std::size_t>(index)] = piece;
    if (handing_on_) return;
    // An exception leaves it true: nothing is handed on after a failure.
    handing_on_ = true;
    while (next_ < ready_.size() && !ready_[next_].empty()) {
      lock.unlock();
      hand_on_(ready_[next_]);
      lock.lock();
      ++next_;
    }
    handing_on_ = false;
  }

 private:
  std::vector<std::string_view> ready_;
  const std::function<void(std::string_view)>& hand_on_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  bool handing_on_ = false;
};

}  // namespace cohort
