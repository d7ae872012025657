#include "emu/shared_memory.hpp"

#include "emu/quiet.hpp"
#include "scheduler/scheduler.hpp"

namespace emu {

namespace {

std::size_t rounded_up(std::size_t value, std::size_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// Lays a variable out that no thread of the launch has seen before.
void place(Launch& launch, const void* key, std::size_t size, std::size_t alignment) {
  launch.static_bytes += size;
  if (launch.static_bytes > kMaxStaticShared ||
      launch.static_bytes + launch.grid.dynamic_bytes > kMaxShared)
    throw Error("the block has " + std::to_string(launch.static_bytes) + " bytes of static and " +
                std::to_string(launch.grid.dynamic_bytes) + " bytes of dynamic shared memory; " +
                std::to_string(kMaxStaticShared) + " static and " + std::to_string(kMaxShared) +
                " in all can be had");
  const std::size_t offset = rounded_up(launch.shared_end, alignment);
  launch.variables.push_back({key, offset, size});
  launch.shared_end = rounded_up(offset + size + kSharedGap, 128);
}

}  // namespace

void* shared_variable(const void* key, std::size_t size, std::size_t alignment) {
  [[maybe_unused]] const Quiet quiet;
  auto& block = static_cast<ResidentBlock&>(*self().block);
  Launch& launch = *block.team->launch;
  std::size_t i = 0;
  while (i < launch.variables.size() && launch.variables[i].key != key) ++i;
  if (i == launch.variables.size()) place(launch, key, size, alignment);
  for (; block.variables < launch.variables.size(); ++block.variables) {
    const Variable& variable = launch.variables[block.variables];
    EMU_UNPOISON(block.shared + variable.offset, variable.size);
    fill_with_nan(block.shared + variable.offset, variable.size);
  }
  return block.shared + launch.variables[i].offset;
}

void* in_block_of_rank(void* mine, unsigned rank) {
  const auto& block = static_cast<const ResidentBlock&>(*self().block);
  const std::ptrdiff_t offset = static_cast<std::byte*>(mine) - block.shared;
  if (offset < 0 || static_cast<std::size_t>(offset) >= block.team->launch->shared_end)
    throw Error("map_shared_rank: not an address in the caller's shared memory");
  if (rank >= blocks_of_team())
    throw Error("map_shared_rank: no block " + std::to_string(rank) + " in a cluster of " +
                std::to_string(blocks_of_team()));
  const ResidentBlock& other = block.team->blocks[rank];
  if (other.live == 0)
    throw Error("map_shared_rank: block " + std::to_string(rank) + " of the cluster has exited");
  return other.shared + offset;
}

unsigned blocks_of_team() {
  return static_cast<unsigned>(
      static_cast<const ResidentBlock&>(*self().block).team->blocks.size());
}

}  // namespace emu
