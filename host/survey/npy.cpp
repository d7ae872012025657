// NumPy's .npy files: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"
#include "cohort/read.hpp"

#include "host/survey/chunks.hpp"
#include "host/survey/npy_header.hpp"
#include "host/survey/source.hpp"

namespace cohort {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

struct Header {
  std::string type;  // "<f4"
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
  std::size_t data_begin = 0;
};

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw DataError(
      fmt::format("{}: {}; save a two-dimensional array of numbers with numpy.save", path, what));
}

// What stands behind 'key': in the header's dictionary.
std::string_view value_of(std::string_view dictionary, std::string_view key,
                          const std::string& path) {
  const std::size_t at = dictionary.find(fmt::format("'{}':", key));
  if (at == std::string_view::npos) refuse(path, fmt::format("its header has no '{}'", key));
  std::string_view value = dictionary.substr(at + key.size() + 3);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

std::vector<std::int64_t> parse_shape(std::string_view text, const std::string& path) {
  const std::size_t close = text.find(')');
  if (text.empty() || text.front() != '(' || close == std::string_view::npos) {
    refuse(path, "its shape cannot be read");
  }
  std::vector<std::int64_t> shape;
  const char* at = text.data() + 1;
  const char* const end = text.data() + close;
  while (at != end) {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    std::int64_t length = 0;
    const auto [stop, error] = std::from_chars(at, end, length);
    if (error != std::errc{} || length < 0) refuse(path, "its shape cannot be read");
    shape.push_back(length);
    at = stop;
  }
  return shape;
}

Header parse_header(std::string_view bytes, const std::string& path) {
  if (bytes.substr(0, kMagic.size()) != kMagic) refuse(path, "is not a .npy file");
  if (bytes.size() < 12) refuse(path, "ends within its header");
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<std::uint8_t>(bytes[i])}; };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) refuse(path, fmt::format("has .npy version {}", version));
  const std::size_t begin = version == 1 ? 10 : 12;
  const std::size_t low = byte(8) | byte(9) << 8;
  const std::size_t length = version == 1 ? low : low | byte(10) << 16 | byte(11) << 24;
  if (bytes.size() - begin < length) refuse(path, "ends within its header");
  const std::string_view dictionary = bytes.substr(begin, length);

  Header header;
  const std::string_view type = value_of(dictionary, "descr", path);
  const std::size_t close = type.find('\'', 1);
  if (type.empty() || type.front() != '\'' || close == std::string_view::npos) {
    refuse(path, "holds records of several fields");
  }
  header.type = type.substr(1, close - 1);
  header.fortran_order = value_of(dictionary, "fortran_order", path).substr(0, 4) == "True";
  header.shape = parse_shape(value_of(dictionary, "shape", path), path);
  header.data_begin = begin + length;
  return header;
}

template <class T>
T element(const char* at, bool swapped) {
  std::array<char, sizeof(T)> bytes;
  std::copy_n(at, sizeof(T), bytes.begin());
  if (swapped) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<T>(bytes);
}

[[noreturn]] void refuse_value(const std::string& path, std::int64_t i, std::int64_t j,
                               double value) {
  throw DataError(
      fmt::format("{}: element [{}, {}] is {}, which {}; clean the matrix first", path, i, j, value,
                  std::isfinite(value) ? "float32 cannot hold" : "is not a finite number"));
}

// Calls work(begin, end) for stretches of rows, so that the fault told of is the first.
template <class Work>
void for_rows(std::int64_t rows, std::int64_t cols, ThreadPool& pool, const Work& work) {
  constexpr std::int64_t kElementsATask = 1 << 18;
  const std::int64_t at_a_time = std::max<std::int64_t>(1, kElementsATask / cols);
  run_in_order(pool, (rows + at_a_time - 1) / at_a_time, [&](std::int64_t task, int) {
    work(task * at_a_time, std::min(rows, (task + 1) * at_a_time));
  });
}

template <class T>
Matrix<float> to_float(std::string_view data, const Header& header, const std::string& path,
                       ThreadPool& pool) {
  const std::int64_t rows = header.shape[0];
  const std::int64_t cols = header.shape[1];
  const bool swapped = header.type.front() == '>';
  Matrix<float> matrix = Matrix<float>::untouched(rows, cols);
  for_rows(rows, cols, pool, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::int64_t j = 0; j < cols; ++j) {
        const std::int64_t index = header.fortran_order ? j * rows + i : i * cols + j;
        const auto value = static_cast<double>(
            element<T>(data.data() + index * static_cast<std::int64_t>(sizeof(T)), swapped));
        if (!(std::abs(value) <= std::numeric_limits<float>::max())) {
          refuse_value(path, i, j, value);
        }
        matrix(i, j) = static_cast<float>(value);
      }
    }
  });
  return matrix;
}

using Converter = Matrix<float> (*)(std::string_view, const Header&, const std::string&,
                                    ThreadPool&);

struct ElementType {
  std::string_view name;
  std::size_t size;
  Converter convert;
};

constexpr std::array<ElementType, 11> kElementTypes = {{{"f4", 4, to_float<float>},
                                                        {"f8", 8, to_float<double>},
                                                        {"i1", 1, to_float<std::int8_t>},
                                                        {"i2", 2, to_float<std::int16_t>},
                                                        {"i4", 4, to_float<std::int32_t>},
                                                        {"i8", 8, to_float<std::int64_t>},
                                                        {"u1", 1, to_float<std::uint8_t>},
                                                        {"u2", 2, to_float<std::uint16_t>},
                                                        {"u4", 4, to_float<std::uint32_t>},
                                                        {"u8", 8, to_float<std::uint64_t>},
                                                        {"b1", 1, to_float<std::uint8_t>}}};

const ElementType& element_type(const Header& header, const std::string& path) {
  for (const ElementType& type : kElementTypes) {
    if (header.type.size() == 3 && header.type.substr(1) == type.name) return type;
  }
  refuse(path,
         fmt::format("holds elements of type '{}', not float32, float64, integers or booleans",
                     header.type));
}

// A file that has its name only once it is whole.
class WholeFile {
 public:
  explicit WholeFile(const std::string& path)
      : path_(path),
        draft_(fmt::format("{}.{}.tmp", path, getpid())),
        number_(open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
    if (number_ < 0) fail();
  }
  ~WholeFile() {
    if (number_ >= 0) close(number_);
    if (!kept_) unlink(draft_.c_str());
  }
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail();
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void keep() {
    const int closed = close(number_);
    number_ = -1;
    if (closed != 0 || std::rename(draft_.c_str(), path_.c_str()) != 0) fail();
    kept_ = true;
  }

 private:
  [[noreturn]] void fail() const {
    throw DataError(
        fmt::format("{}: cannot be written: {}; check the folder, its permissions and "
                    "the space left",
                    path_, std::strerror(errno)));
  }

  std::string path_;
  std::string draft_;
  int number_;
  bool kept_ = false;
};

void require_finite(MatrixView<const float> matrix, const std::string& path, ThreadPool& pool) {
  for_rows(matrix.rows(), matrix.cols(), pool, [&](std::int64_t begin, std::int64_t end) {
    constexpr std::uint32_t kExponent = 0x7F800000;
    std::uint32_t faults = 0;
    const float* const last = matrix.data() + end * matrix.cols();
    for (const float* at = matrix.data() + begin * matrix.cols(); at != last; ++at) {
      faults |= (std::bit_cast<std::uint32_t>(*at) & kExponent) == kExponent ? 1U : 0U;
    }
    if (faults == 0) return;
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::int64_t j = 0; j < matrix.cols(); ++j) {
        if (!std::isfinite(matrix(i, j))) refuse_value(path, i, j, matrix(i, j));
      }
    }
  });
}

}  // namespace

std::string npy_header(std::int64_t rows, std::int64_t cols) {
  std::string dictionary =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, cols);
  constexpr std::size_t kAlignment = 64;
  const std::size_t unpadded = 10 + dictionary.size() + 1;
  dictionary.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  dictionary += '\n';
  std::string header(kMagic);
  header += {'\x01', '\x00', static_cast<char>(dictionary.size() & 0xFF),
             static_cast<char>(dictionary.size() >> 8)};
  return header + dictionary;
}

bool is_npy(const std::string& path) {
  // Only a regular file: what is taken from a pipe to look at it would be lost.
  struct stat about {};
  if (stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return false;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  std::array<char, kMagic.size()> first{};
  const ssize_t got = pread(file, first.data(), first.size(), 0);
  close(file);
  return got == static_cast<ssize_t>(first.size()) &&
         std::string_view(first.data(), first.size()) == kMagic;
}

struct NpyMatrix::State {
  explicit State(const std::string& path) : path(path), file(path) {}
  std::string path;
  Source file;
  MatrixView<const float> mapped;
  Matrix<float> converted;
};

NpyMatrix::NpyMatrix(const std::string& path, ThreadPool& pool)
    : state_(std::make_unique<State>(path)) {
  const std::string_view bytes = state_->file.bytes();
  const Header header = parse_header(bytes, path);
  if (header.shape.size() != 2) {
    refuse(path, fmt::format("holds an array of {} dimension{}", header.shape.size(),
                             header.shape.size() == 1 ? "" : "s"));
  }
  const ElementType& type = element_type(header, path);
  const std::int64_t rows = header.shape[0];
  const std::int64_t cols = header.shape[1];
  const double elements = static_cast<double>(rows) * static_cast<double>(cols);
  const std::string_view data = bytes.substr(header.data_begin);
  if (elements * static_cast<double>(type.size) != static_cast<double>(data.size())) {
    throw DataError(
        fmt::format("{}: {} x {} elements of {} bytes were expected and {} bytes are "
                    "there; the file is damaged: write it again",
                    path, rows, cols, type.size, data.size()));
  }
  if (elements == 0) refuse(path, "holds an empty matrix");
  const bool aligned = reinterpret_cast<std::uintptr_t>(data.data()) % alignof(float) == 0;
  if (header.type == "<f4" && !header.fortran_order && aligned) {
    state_->mapped = {reinterpret_cast<const float*>(data.data()), rows, cols};
    require_finite(state_->mapped, path, pool);
    return;
  }
  require_memory(elements * sizeof(float), "the matrix in " + path, "use fewer rows or columns");
  state_->converted = type.convert(data, header, path, pool);
}

NpyMatrix::~NpyMatrix() = default;

MatrixView<const float> NpyMatrix::view() const {
  return is_mapped() ? state_->mapped : state_->converted.view();
}

bool NpyMatrix::is_mapped() const {
  return state_->mapped.data() != nullptr;
}

Matrix<float> NpyMatrix::take(ThreadPool& pool) && {
  if (!is_mapped()) return std::move(state_->converted);
  const MatrixView<const float> from = state_->mapped;
  require_memory(4.0 * static_cast<double>(from.rows()) * static_cast<double>(from.cols()),
                 "the matrix in " + state_->path, "use fewer rows or columns");
  Matrix<float> matrix = Matrix<float>::untouched(from.rows(), from.cols());
  for_rows(from.rows(), from.cols(), pool, [&](std::int64_t begin, std::int64_t end) {
    std::copy(from.data() + begin * from.cols(), from.data() + end * from.cols(),
              matrix.data() + begin * from.cols());
  });
  return matrix;
}

Matrix<float> read_npy(const std::string& path, ThreadPool& pool) {
  return NpyMatrix(path, pool).take(pool);
}

Matrix<float> read_npy(const std::string& path) {
  ThreadPool alone(1);
  return read_npy(path, alone);
}

void write_npy(const std::string& path, MatrixView<const float> matrix) {
  static_assert(std::endian::native == std::endian::little, "the header says '<f4'");
  WholeFile file(path);
  file.write(npy_header(matrix.rows(), matrix.cols()));
  file.write({reinterpret_cast<const char*>(matrix.data()),
              static_cast<std::size_t>(matrix.rows() * matrix.cols()) * sizeof(float)});
  file.keep();
}

}  // namespace cohort
