#include <fstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "cohort/device.hpp"

namespace cohort {

namespace {

/// What stands behind the first "KEY : " of a file of such lines; empty where none does.
std::string value_in(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, key.size(), key) != 0) continue;
    const std::size_t colon = line.find(':');
    const std::size_t begin =
        colon == std::string::npos ? colon : line.find_first_not_of(" \t", colon + 1);
    if (begin != std::string::npos) return line.substr(begin);
  }
  return "";
}

}  // namespace

HostMachine host_machine() {
  const std::string model = value_in("/proc/cpuinfo", "model name");
  return {model.empty() ? "unknown processor" : model,
          std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE)};
}

std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace cohort
