#include "version.hpp"

#include <fmt/format.h>

#include "cohort/device.hpp"
#include "cohort/memory.hpp"
#include "cohort/parallel.hpp"

#include "host/cli/commands.hpp"

namespace cohort::cli {

namespace {

std::string per_second(double bytes) {
  return readable_bytes(bytes) + "/s";
}

std::string gpu_text() {
  const GpuSearch search = find_gpu();
  if (!search.gpu) return "gpu       none: " + search.why_not + "\n";
  const Gpu& gpu = *search.gpu;
  return fmt::format(
      "gpu       {}, compute capability {}.{}, {} multiprocessors, {} of memory\n"
      "driver    CUDA {}; this build: CUDA {}\n"
      "copies    {} on the GPU, read and written\n",
      gpu.name, gpu.capability_major, gpu.capability_minor, gpu.multiprocessors,
      readable_bytes(static_cast<double>(gpu.memory)), gpu.driver, gpu.runtime,
      per_second(gpu_copy_bandwidth()));
}

}  // namespace

std::string version_text(bool verbose) {
  std::string text = fmt::format("cohort {}\n", kVersion);
  if (!verbose) return text;
  ThreadPool pool;
  text += fmt::format("compiler  g++ {}\n", __VERSION__);
  text += fmt::format("cpu       {} threads, {} of memory available\n", pool.threads(),
                      readable_bytes(static_cast<double>(available_memory())));
  text += fmt::format("copies    {} on the CPU, read and written\n",
                      per_second(host_copy_bandwidth(pool)));
  return text + gpu_text();
}

}  // namespace cohort::cli
