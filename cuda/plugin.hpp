#pragma once
/// The C interface of the CUDA plug-in. Seen by both sides, so no CUDA name in it.

#include "cohort/backend.hpp"

namespace cohort {

/// What the plug-in found, or why it found nothing.
struct CudaProbe {
  int devices = 0;        ///< usable devices
  char device[256] = {};  ///< name of the first one
  char problem[256] =
      {};  ///< empty, or one clause: "no NVIDIA driver answers (cudaErrorInsufficientDriver)"
};

/// Looks for devices; never throws.
inline constexpr const char* kCudaProbe = "cohort_cuda_probe";
using CudaProbeFunction = void (*)(CudaProbe*);

/// A backend on the first device, which takes the CPU's over; throws cohort's errors.
inline constexpr const char* kCudaBackend = "cohort_cuda_backend";
using CudaBackendFunction = Backend* (*)(Backend* host);

}  // namespace cohort
