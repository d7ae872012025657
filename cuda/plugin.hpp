#pragma once
/// The C interface of the CUDA plug-in. Seen by both sides, so no CUDA name in it.

namespace cohort {

/// What the plug-in found, or why it found nothing.
struct CudaProbe {
  int devices = 0;        ///< usable devices
  char device[256] = {};  ///< name of the first one
  char problem[256] =
      {};  ///< empty, or one clause: "no NVIDIA driver answers (cudaErrorInsufficientDriver)"
};

/// The plug-in's one entry point.
inline constexpr const char* kCudaEntryPoint = "cohort_cuda_probe";
using CudaEntryPoint = void (*)(CudaProbe*);

}  // namespace cohort
