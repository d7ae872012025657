#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "cuda/probe.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

/// Stands for all kernels: where it cannot run, none can.
__global__ void one_kernel(float* out) {
  *out = 1;
}

/// 13020 is 13.2.
std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string clause(cudaError_t status) {
  return std::string(cudaGetErrorString(status)) + " (" + cudaGetErrorName(status) + ")";
}

std::string why_not_counted(cudaError_t status, const CudaProbe& found) {
  if (status == cudaErrorNoDevice)
    return "the driver lists no device (nvidia-smi shows what it sees; CUDA_VISIBLE_DEVICES hides "
           "devices)";
  if (status == cudaErrorInsufficientDriver)
    return found.driver == 0
               ? "no NVIDIA driver answers (" + clause(status) + ")"
               : "the NVIDIA driver is too old: it speaks CUDA " + version_text(found.driver) +
                     " and this build needs " + version_text(found.runtime) + "; update the driver";
  return clause(status);
}

std::string why_not_run(cudaError_t status, const CudaProbe& found) {
  if (status == cudaErrorNoKernelImageForDevice || status == cudaErrorUnsupportedPtxVersion)
    return std::string("this build has no kernels for ") + found.device + " (compute capability " +
           std::to_string(found.capability_major) + "." + std::to_string(found.capability_minor) +
           "); build with -DCMAKE_CUDA_ARCHITECTURES=" + std::to_string(found.capability_major) +
           std::to_string(found.capability_minor);
  return std::string(found.device) + " does not answer: " + clause(status);
}

/// A kernel's launch and end on the device, all errors taken in.
cudaError_t try_a_kernel() {
  cudaFuncAttributes attributes = {};
  const cudaError_t status =
      cudaFuncGetAttributes(&attributes, reinterpret_cast<const void*>(one_kernel));
  (void)cudaGetLastError();
  return status;
}

CudaProbe refused(CudaProbe found, const std::string& problem) {
  (void)cudaGetLastError();
  found.devices = 0;
  const std::size_t length = std::min(problem.size(), sizeof found.problem - 1);
  std::copy_n(problem.data(), length, found.problem);
  return found;
}

}  // namespace

CudaProbe probe() {
  CudaProbe found;
  (void)cudaDriverGetVersion(&found.driver);
  (void)cudaRuntimeGetVersion(&found.runtime);
  const cudaError_t counted = cudaGetDeviceCount(&found.devices);
  if (counted != cudaSuccess) return refused(found, why_not_counted(counted, found));
  if (found.devices == 0) return refused(found, why_not_counted(cudaErrorNoDevice, found));

  cudaDeviceProp properties = {};
  const cudaError_t asked = cudaGetDeviceProperties(&properties, 0);
  if (asked != cudaSuccess) return refused(found, clause(asked));
  const std::string_view name = properties.name;
  std::copy_n(name.data(), std::min(name.size(), sizeof found.device - 1), found.device);
  found.capability_major = properties.major;
  found.capability_minor = properties.minor;
  found.multiprocessors = properties.multiProcessorCount;
  found.memory = static_cast<std::int64_t>(properties.totalGlobalMem);

  const cudaError_t tried = try_a_kernel();
  if (tried != cudaSuccess) return refused(found, why_not_run(tried, found));
  return found;
}

double copy_bandwidth() {
  constexpr std::int64_t kLargest = std::int64_t{1} << 30;
  constexpr int kCopies = 10;
  const Device device(0);
  const std::int64_t bytes = std::min(kLargest, device.available_memory() / 4);
  const DeviceArray<char> from = zeros<char>(device, bytes);
  const DeviceArray<char> to = zeros<char>(device, bytes);
  device.wait();
  const auto start = std::chrono::steady_clock::now();
  for (int copy = 0; copy < kCopies; ++copy)
    check(cudaMemcpyAsync(to.data(), from.data(), to.bytes(), cudaMemcpyDeviceToDevice,
                          device.stream()),
          "measuring copies");
  device.wait();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return 2.0 * kCopies * static_cast<double>(bytes) / passed.count();
}

}  // namespace cohort::cuda
