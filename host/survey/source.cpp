#include "host/survey/source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"

namespace cohort {

namespace {

class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : owned_(path != "-"),
        number_(owned_ ? open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {}
  ~Descriptor() {
    if (owned_ && number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  bool owned_;
  int number_;
};

[[noreturn]] void throw_unreadable(const std::string& path, int error) {
  throw DataError(fmt::format("{}: cannot be read: {}; check the path and its permissions", path,
                              std::strerror(error)));
}

std::string read_to_end(int descriptor, const std::string& path) {
  constexpr std::size_t kFirst = std::size_t{1} << 20;
  std::string bytes;
  std::size_t filled = 0;
  while (true) {
    if (filled == bytes.size()) {
      const std::size_t grown = std::max(kFirst, 2 * bytes.size());
      require_memory(static_cast<double>(grown), fmt::format("reading {} through a pipe", path),
                     "save it as a file, which is read without a copy");
      bytes.resize(grown);
    }
    const ssize_t got = read(descriptor, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_unreadable(path, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

Source::Source(const std::string& path) {
  const Descriptor file(path);
  struct stat about {};
  if (file.number() < 0 || fstat(file.number(), &about) != 0) throw_unreadable(path, errno);
  if (S_ISDIR(about.st_mode)) {
    throw DataError(fmt::format("{}: is a directory; name the survey file in it", path));
  }
  const auto size = static_cast<std::size_t>(about.st_size);
  // Some regular files have no size to map (those under /proc): they are read like pipes.
  if (S_ISREG(about.st_mode) && size > 0 && lseek(file.number(), 0, SEEK_CUR) == 0) {
    void* map = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
    if (map == MAP_FAILED && errno == ENOMEM) {
      throw MemoryError(
          fmt::format("mapping {} needs {} of address space, more than this process "
                      "may take; raise its limit (ulimit -v) or split the file",
                      path, readable_bytes(static_cast<double>(size))));
    }
    if (map == MAP_FAILED) throw_unreadable(path, errno);
    map_ = map;
    bytes_ = {static_cast<const char*>(map), size};
  } else {
    read_ = read_to_end(file.number(), path);
    bytes_ = read_;
  }
  if (bytes_.empty()) {
    throw DataError(fmt::format("{}: is empty; a header line and rows were expected", path));
  }
}

Source::~Source() {
  if (map_ != nullptr) munmap(map_, bytes_.size());
}

}  // namespace cohort
