#pragma once
/// Lloyd's iterations where rows do not fit in registers: for each restart the wide kernels find
/// labels and rows move to them, queued ahead of what the host knows; then all centres move.

#include "cuda/kmeans_advance.cuh"

namespace cohort::cuda {

/// A block for each restart that goes on.
__global__ void __launch_bounds__(512, 2) advance_all(const __grid_constant__ LloydWork work) {
  const RestartState& state = work.restarts.states[blockIdx.x];
  if (state.stop == LloydStop::no && state.waits == 0) advance(work, blockIdx.x);
}

}  // namespace cohort::cuda
