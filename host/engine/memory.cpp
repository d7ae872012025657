#include "cohort/memory.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <sstream>

#include <fmt/format.h>
#include <sys/resource.h>

#include "cohort/error.hpp"

namespace cohort {

namespace {

constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();

std::int64_t number_in(const std::string& path) {
  std::ifstream file(path);
  std::int64_t value = 0;
  return file >> value ? value : kUnknown;
}

std::int64_t kernel_available() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("MemAvailable:", 0) != 0) continue;
    std::istringstream fields(line.substr(13));
    std::int64_t kibibytes = 0;
    if (fields >> kibibytes) return kibibytes * 1024;
  }
  return kUnknown;
}

std::int64_t control_group_rest() {
  const std::int64_t limit = number_in("/sys/fs/cgroup/memory.max");
  const std::int64_t used = number_in("/sys/fs/cgroup/memory.current");
  return limit == kUnknown || used == kUnknown ? kUnknown : std::max<std::int64_t>(0, limit - used);
}

std::int64_t address_space_rest() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnknown;
  std::int64_t pages = number_in("/proc/self/statm");
  if (pages == kUnknown) pages = 0;
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(limit.rlim_cur) - pages * 4096);
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
