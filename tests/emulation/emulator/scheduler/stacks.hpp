#pragma once
/// The stacks that threads run on.

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

namespace emu {

struct Stack {
  char* base = nullptr;
  std::size_t mapped = 0;            ///< bytes from base on
  std::size_t size = 0;              ///< of them in use: the top is base + size
  void* sanitizers_fiber = nullptr;  ///< what the thread sanitizer takes for a thread
};

class Stacks {
 public:
  Stacks() = default;
  ~Stacks();
  Stacks(const Stacks&) = delete;
  Stacks& operator=(const Stacks&) = delete;

  /// For a launch of so many threads, of which so many are there at once.
  void expect(std::size_t threads, std::size_t at_once);
  Stack* take();
  void give_back(Stack* stack);

 private:
  Stack* make();

  std::vector<std::unique_ptr<Stack>> all_;
  std::deque<Stack*> idle_;
  std::size_t wanted_ = 0;  ///< made before one is used again
};

/// Zeroed memory, straight from the system. \throws Error
[[nodiscard]] void* map_memory(std::size_t bytes);

}  // namespace emu
