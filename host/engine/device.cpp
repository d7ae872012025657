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

/// The plug-in where there is a device to compute on, or why there is none, as a clause. The driver
/// is asked first: its absence costs 0.1 ms to find.
struct Plugin {
  Library library;
  std::string device;
  std::string why_not;
};

Plugin find_plugin() {
  if (!open_library("libcuda.so.1"))
    return {nullptr, "", "no NVIDIA driver on this machine (libcuda.so.1 is not there)"};
  const auto path = plugin_path();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return {nullptr, "",
            fmt::format("this build has no CUDA plug-in ({} is not there)", path.string())};
  Library library = open_library(path.string());
  if (!library)
    return {nullptr, "", fmt::format("the CUDA plug-in does not load: {}", last_loader_error())};
  const auto look = reinterpret_cast<CudaProbeFunction>(dlsym(library.get(), kCudaProbe));
  if (look == nullptr)
    return {nullptr, "", fmt::format("{} is not a plug-in of this version", path.string())};
  CudaProbe probe;
  look(&probe);
  if (probe.devices == 0)
    return {nullptr, "", fmt::format("no usable NVIDIA device: {}", probe.problem)};
  return {std::move(library), probe.device, ""};
}

std::unique_ptr<Backend> gpu_backend(Plugin plugin, int threads) {
  const auto make =
      reinterpret_cast<CudaBackendFunction>(dlsym(plugin.library.get(), kCudaBackend));
  if (make == nullptr) throw DeviceError("the CUDA plug-in is not of this version");
  std::unique_ptr<Backend> backend(make(make_cpu_backend(threads).release()));
  // What the backend made may outlive every owner: the library stays.
  (void)plugin.library.release();
  return backend;
}

}  // namespace

ChosenBackend choose_backend(Device device, int threads) {
  if (device == Device::cpu) return {make_cpu_backend(threads), "as asked"};
  Plugin plugin = find_plugin();
  if (plugin.library) {
    if (device == Device::gpu) return {gpu_backend(std::move(plugin), threads), "as asked"};
    return {make_cpu_backend(threads), "the GPU stages are not complete yet"};
  }
  if (device == Device::gpu)
    throw DeviceError("--device gpu: " + plugin.why_not + "; use --device cpu or auto");
  return {make_cpu_backend(threads), std::move(plugin.why_not)};
}

}  // namespace cohort
