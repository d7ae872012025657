#include "cohort/device.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <dlfcn.h>
#include <fmt/format.h>

#include "cohort/error.hpp"

#include "cuda/plugin.hpp"
#include "version.hpp"

namespace cohort {

namespace {

/// Null where there is none. What it holds may outlive every owner (a backend, a driver's threads),
/// so that it stays open.
void* open_library(const std::string& path) {
  return dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
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

/// The plug-in where there is a device to compute on.
struct Plugin {
  void* library = nullptr;
  CudaProbe found;
  std::string why_not;

  template <class Function>
  [[nodiscard]] Function door(const char* name) const {
    return reinterpret_cast<Function>(dlsym(library, name));
  }
};

Plugin no_plugin(std::string why_not) {
  return {nullptr, {}, std::move(why_not)};
}

/// The driver is asked first: its absence costs 0.1 ms to find.
Plugin find_plugin() {
  if (open_library("libcuda.so.1") == nullptr)
    return no_plugin("no NVIDIA driver on this machine (libcuda.so.1 is not there)");
  const std::filesystem::path path = plugin_path();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return no_plugin(
        fmt::format("this build has no CUDA plug-in ({} is not there)", path.string()));
  Plugin plugin{open_library(path.string()), {}, ""};
  if (plugin.library == nullptr)
    return no_plugin(fmt::format("the CUDA plug-in does not load: {}", last_loader_error()));
  const auto version = plugin.door<CudaVersionFunction>(kCudaVersion);
  if (version == nullptr || std::string_view(version()) != kVersion)
    return no_plugin(fmt::format("{} is not a plug-in of version {}", path.string(), kVersion));
  plugin.door<CudaProbeFunction>(kCudaProbe)(&plugin.found);
  if (plugin.found.devices == 0)
    return no_plugin(fmt::format("no usable NVIDIA device: {}", plugin.found.problem));
  return plugin;
}

[[noreturn]] void refuse_gpu(const std::string& why_not) {
  throw DeviceError("--device gpu: " + why_not + "; use --device cpu or auto");
}

/// Looked for at the first call: asking a device a second time would start it a second time.
const Plugin& the_plugin() {
  static const Plugin found = find_plugin();
  return found;
}

std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

/// \param host  does what needs no device
std::unique_ptr<Backend> gpu_backend(std::unique_ptr<Backend> host) {
  const auto make = the_plugin().door<CudaBackendFunction>(kCudaBackend);
  return std::unique_ptr<Backend>(make(host.release()));
}

/// What starting a GPU takes (its context, the plug-in, the first kernels), in seconds.
constexpr double kStartSeconds = 0.5;

/// Operations a second of one thread of the CPU: a multiplication and an addition in vectors, and
/// what surrounds them.
constexpr double kOperationsPerThread = 4e9;

}  // namespace

GpuSearch find_gpu() {
  const Plugin& plugin = the_plugin();
  if (plugin.library == nullptr) return {std::nullopt, plugin.why_not};
  const CudaProbe& found = plugin.found;
  return {Gpu{found.device, found.capability_major, found.capability_minor, found.multiprocessors,
              found.memory, version_text(found.driver), version_text(found.runtime)},
          ""};
}

void require_gpu() {
  const GpuSearch search = find_gpu();
  if (!search.gpu) refuse_gpu(search.why_not);
}

double gpu_copy_bandwidth() {
  const Plugin& plugin = the_plugin();
  if (plugin.library == nullptr) throw DeviceError(plugin.why_not);
  return plugin.door<CudaCopyBandwidthFunction>(kCudaCopyBandwidth)();
}

ChosenBackend choose_backend(Device device, int threads, double operations) {
  std::unique_ptr<Backend> cpu = make_cpu_backend(threads);
  if (device == Device::cpu) return {std::move(cpu), "as asked"};
  const double seconds = operations / (kOperationsPerThread * cpu->host_threads().threads());
  if (device == Device::automatic && seconds < kStartSeconds)
    return {std::move(cpu), "auto: less work than starting a GPU"};
  const Plugin& plugin = the_plugin();
  if (plugin.library != nullptr) {
    std::string why = device == Device::gpu
                          ? "as asked"
                          : fmt::format("auto: about {:.1g} s of work for the CPU", seconds);
    return {gpu_backend(std::move(cpu)), std::move(why)};
  }
  if (device == Device::gpu) refuse_gpu(plugin.why_not);
  return {std::move(cpu), plugin.why_not};
}

}  // namespace cohort
