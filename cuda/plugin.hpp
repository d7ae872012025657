#pragma once
/// The C interface of the CUDA plug-in. Seen by both sides, so no CUDA name in it.

#include <cstdint>

#include "cohort/backend.hpp"

namespace cohort {

/// What the plug-in found, or why it found nothing.
struct CudaProbe {
  int devices = 0;  ///< usable devices
  /// Of the first one:
  char device[256] = {};
  int capability_major = 0, capability_minor = 0;
  int multiprocessors = 0;
  std::int64_t memory = 0;  ///< bytes
  int driver = 0;           ///< the CUDA version that the driver speaks: 13000 for 13.0
  int runtime = 0;          ///< the one this plug-in was built with
  char problem[512] = {};   ///< empty, or one clause: "the driver lists no device"
};

/// The version of this interface and of the program's: both sides must be of one build.
inline constexpr const char* kCudaVersion = "cohort_cuda_version";
using CudaVersionFunction = const char* (*)();

/// Looks for devices; never throws.
inline constexpr const char* kCudaProbe = "cohort_cuda_probe";
using CudaProbeFunction = void (*)(CudaProbe*);

/// A backend on the first device, which takes the CPU's over; throws cohort's errors.
inline constexpr const char* kCudaBackend = "cohort_cuda_backend";
using CudaBackendFunction = Backend* (*)(Backend* host);

/// Bytes a second that a large copy within the first device reads and writes; throws cohort's
/// errors.
inline constexpr const char* kCudaCopyBandwidth = "cohort_cuda_copy_bandwidth";
using CudaCopyBandwidthFunction = double (*)();

}  // namespace cohort
