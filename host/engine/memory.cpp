#include "cohort/memory.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <sstream>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cohort/error.hpp"

namespace cohort {

namespace {

constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();

std::int64_t number_in(const std::string& path) {
  std::ifstream file(path);
  std::int64_t value = 0;
  return file >> value ? value : kUnknown;
}

/// The number behind a name at a line's beginning.
std::int64_t number_named(const std::string& name, const std::string& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string first;
    std::int64_t value = 0;
    if (fields >> first >> value && first == name) return value;
  }
  return kUnknown;
}

std::int64_t kernel_available() {
  const std::int64_t kibibytes = number_named("MemAvailable:", "/proc/meminfo");
  return kibibytes == kUnknown ? kUnknown : kibibytes * 1024;
}

std::int64_t control_group_rest() {
  const std::int64_t limit = number_in("/sys/fs/cgroup/memory.max");
  const std::int64_t used = number_in("/sys/fs/cgroup/memory.current");
  if (limit == kUnknown || used == kUnknown) return kUnknown;
  // Files read long ago count as used, and the kernel drops them when someone needs the memory.
  const std::int64_t files = number_named("inactive_file", "/sys/fs/cgroup/memory.stat");
  return std::max<std::int64_t>(0, limit - used + (files == kUnknown ? 0 : files));
}

std::int64_t address_space_rest() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnknown;
  std::int64_t pages = number_in("/proc/self/statm");
  if (pages == kUnknown) pages = 0;
  return std::max<std::int64_t>(
      0, static_cast<std::int64_t>(limit.rlim_cur) - pages * sysconf(_SC_PAGESIZE));
}

}  // namespace

std::int64_t available_memory() {
  return std::min({kernel_available(), control_group_rest(), address_space_rest()});
}

std::string readable_bytes(double bytes) {
  constexpr std::array<const char*, 6> units = {"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < units.size()) {
    bytes /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.3g} {}", bytes, units[unit]);
}

void require_memory(double bytes, const std::string& what, const std::string& what_to_do) {
  const auto available = static_cast<double>(available_memory());
  if (bytes <= available) return;
  throw MemoryError(fmt::format("{} needs {} of memory and {} are available; {}", what,
                                readable_bytes(bytes), readable_bytes(available), what_to_do));
}

}  // namespace cohort
