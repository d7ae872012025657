#pragma once
/// The memory of blocks' shared variables.

#include <cstddef>
#include <vector>

namespace emu {

/// An arena for each block of a team, poisoned but for what the block's variables take.
class Arenas {
 public:
  Arenas() = default;
  ~Arenas();
  Arenas(const Arenas&) = delete;
  Arenas& operator=(const Arenas&) = delete;

  /// The arena of the team's `index`-th block, fresh: the thread sanitizer remembers nobody in it.
  std::byte* fresh(std::size_t index);
  /// The block of that arena took so many bytes of it, and has ended.
  void end(std::size_t index, std::size_t bytes);

 private:
  struct Arena {
    std::byte* memory = nullptr;
    std::size_t touched = 0;
  };
  std::vector<Arena> arenas_;
};

/// Objects for the thread sanitizer to order by. None is given out again while the team runs that
/// has it: an order between blocks would hide races.
class OrderObjects {
 public:
  OrderObjects() = default;
  ~OrderObjects();
  OrderObjects(const OrderObjects&) = delete;
  OrderObjects& operator=(const OrderObjects&) = delete;

  /// Before a team starts, of which no other runs. \param count  it takes at most
  void expect(std::size_t count);
  char* take();

 private:
  char* memory_ = nullptr;
  std::size_t bytes_ = 0, taken_ = 0;
};

/// Every byte becomes 0xff.
void fill_with_nan(void* memory, std::size_t bytes);

}  // namespace emu
