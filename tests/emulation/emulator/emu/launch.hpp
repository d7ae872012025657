#pragma once
/// Running a kernel.

#include <tuple>

#include "emu/thread.hpp"

namespace emu {

/// \throws Error where CUDA would refuse the launch
void check_launch(const Grid& grid, bool cooperative);

/// Runs body(arguments) in every thread of the grid, and returns when all have ended.
void run_threads(const Grid& grid, bool cooperative, void (*body)(const void*),
                 const void* arguments);

/// Runs a kernel with its arguments (a tuple) and returns when all its threads have ended.
template <class Kernel, class Arguments>
void run(Kernel kernel, dim3 grid, dim3 block, std::size_t shared_bytes, dim3 cluster,
         bool cooperative, const Arguments& arguments) {
  struct Call {
    Kernel kernel;
    const Arguments& arguments;
  };
  const Call call{kernel, arguments};
  run_threads(
      {grid, block, cluster, shared_bytes}, cooperative,
      [](const void* untyped) {
        const Call& typed = *static_cast<const Call*>(untyped);
        std::apply(typed.kernel, typed.arguments);
      },
      &call);
}

}  // namespace emu
