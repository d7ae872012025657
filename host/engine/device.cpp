#include "cohort/device.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include <dlfcn.h>
#include <fmt/format.h>

#include "cohort/error.hpp"

#include "cuda/plugin.hpp"

namespace cohort {

namespace {

struct CloseLibrary {
  void operator()(void* handle) const { dlclose(handle); }
};
using Library = std::unique_ptr<void, CloseLibrary>;

Library open_library(const std::string& path) {
  return Library(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL));
}

std::string last_loader_error() {
  const char* text = dlerror();
  return text != nullptr ? text : "unknown reason";
}

/// Beside the program in the build tree and when installed: PREFIX/bin/cohort,
/// PREFIX/lib/libcohort_cuda.so.
std::filesystem::path plugin_path() {
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return program.parent_path().parent_path() / "lib" / "libcohort_cuda.so";
}

/// Why there is no GPU to compute on, as a clause. The driver is asked first: its absence costs 0.1
/// ms to find.
std::string why_no_gpu() {
  if (!open_library("libcuda.so.1"))
    return "no NVIDIA driver on this machine (libcuda.so.1 is not there)";
  const auto path = plugin_path();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return fmt::format("this build has no CUDA plug-in ({} is not there)", path.string());
  }
  const Library plugin = open_library(path.string());
  if (!plugin) return fmt::format("the CUDA plug-in does not load: {}", last_loader_error());
  const auto probe_devices = reinterpret_cast<CudaEntryPoint>(dlsym(plugin.get(), kCudaEntryPoint));
  if (probe_devices == nullptr)
    return fmt::format("{} is not a plug-in of this version", path.string());
  CudaProbe probe;
  probe_devices(&probe);
  if (probe.devices == 0) return fmt::format("no usable NVIDIA device: {}", probe.problem);
  return fmt::format("this version has no GPU stages yet, though {} is there", probe.device);
}

}  // namespace

ChosenBackend choose_backend(Device device, int threads) {
  if (device == Device::cpu) return {make_cpu_backend(threads), "as asked"};
  std::string why = why_no_gpu();
  if (device == Device::gpu)
    throw DeviceError("--device gpu: " + why + "; use --device cpu or auto");
  return {make_cpu_backend(threads), std::move(why)};
}

}  // namespace cohort
