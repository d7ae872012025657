#pragma once
/// The vocabulary that kernels and the code that launches them are written in: CUDA's own under
/// nvcc; under g++ an emulation of it (tests only), so that every kernel runs without a GPU.

#include <cstddef>
#include <utility>

#if defined(__CUDACC__)
#include <cooperative_groups.h>
#include <cuda_runtime.h>
#else
#include <cuda_emulator.hpp>
#include <cuda_runtime_emulator.hpp>
#endif

#include "cuda/check.hpp"

#if defined(__CUDACC__)
namespace cohort::cuda {
template <class T>
struct Same {
  using Type = T;
};
}  // namespace cohort::cuda
/// A static shared variable of a block: SHARED(tile, float[32][33]);
#define SHARED(name, ...) __shared__ typename ::cohort::cuda::Same<__VA_ARGS__>::Type name
/// A pointer to the shared memory that the launch asked for.
#define DYNAMIC_SHARED(name, ...)                                  \
  extern __shared__ __align__(16) unsigned char dynamic_shared_[]; \
  __VA_ARGS__* const name = reinterpret_cast<__VA_ARGS__*>(dynamic_shared_)
#else
#define SHARED(name, ...)                                           \
  auto& name = ::emu::shared_var<__VA_ARGS__>([]() -> const void* { \
    static char key;                                                \
    return &key;                                                    \
  }())
#define DYNAMIC_SHARED(name, ...) __VA_ARGS__* const name = ::emu::shared_dyn<__VA_ARGS__>()
#endif

namespace cohort::cuda {

struct LaunchShape {
  dim3 grid, block;
  std::size_t shared_bytes = 0;  ///< dynamic
  dim3 cluster = dim3(1, 1, 1);
  bool cooperative = false;  ///< all blocks resident at once: grid.sync() is allowed
};

/// Starts a kernel on a stream; a launch that CUDA refuses is thrown.
template <class... P, class... A>
void launch(cudaStream_t stream, const LaunchShape& shape, void (*kernel)(P...), A&&... arguments) {
#if defined(__CUDACC__)
  if (shape.shared_bytes > (48U << 10))
    check(cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                               cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shape.shared_bytes)),
          "asking for shared memory");
  cudaLaunchAttribute attributes[2] = {};
  cudaLaunchConfig_t config = {};
  config.gridDim = shape.grid;
  config.blockDim = shape.block;
  config.dynamicSmemBytes = shape.shared_bytes;
  config.stream = stream;
  config.attrs = attributes;
  if (shape.cluster.x * shape.cluster.y * shape.cluster.z > 1) {
    cudaLaunchAttribute& attribute = attributes[config.numAttrs++];
    attribute.id = cudaLaunchAttributeClusterDimension;
    attribute.val.clusterDim.x = shape.cluster.x;
    attribute.val.clusterDim.y = shape.cluster.y;
    attribute.val.clusterDim.z = shape.cluster.z;
  }
  if (shape.cooperative) {
    cudaLaunchAttribute& attribute = attributes[config.numAttrs++];
    attribute.id = cudaLaunchAttributeCooperative;
    attribute.val.cooperative = 1;
  }
  check(cudaLaunchKernelEx(&config, kernel, std::forward<A>(arguments)...), "starting a kernel");
#else
  ::emu::launch_on(*stream, kernel, {shape.grid, shape.block, shape.cluster, shape.shared_bytes},
                   shape.cooperative,
                   std::tuple<std::decay_t<P>...>(std::forward<A>(arguments)...));
#endif
}

}  // namespace cohort::cuda
