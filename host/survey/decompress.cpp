#include "host/survey/decompress.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"

namespace cohort {

namespace {

constexpr std::string_view kGzip = "\x1F\x8B";
constexpr std::string_view kZstd = "\x28\xB5\x2F\xFD";

// What was unpacked so far, and room for more.
class Output {
 public:
  Output(std::size_t expected, const std::string& source) : source_(source) { grow(expected); }

  [[nodiscard]] char* end() { return bytes_.data() + filled_; }
  [[nodiscard]] std::size_t room() const { return bytes_.size() - filled_; }
  void add(std::size_t bytes) { filled_ += bytes; }
  void make_room() {
    if (room() == 0) grow(2 * bytes_.size());
  }
  [[nodiscard]] std::string take() {
    bytes_.resize(filled_);
    return std::move(bytes_);
  }

 private:
  void grow(std::size_t size) {
    require_memory(static_cast<double>(size), "unpacking " + source_,
                   "read it on a machine with more memory, or a part of it");
    bytes_.resize(size);
  }

  const std::string& source_;
  std::string bytes_;
  std::size_t filled_ = 0;
};

[[noreturn]] void refuse(const std::string& source, const char* kind, const std::string& what) {
  throw DataError(fmt::format("{}: its {} data {}; compress or copy it again", source, kind, what));
}

// How much to take at first: what the file says, where that is possible at all.
std::size_t expected_size(std::uint64_t said, std::size_t compressed) {
  constexpr std::uint64_t kLeast = 1 << 16;
  constexpr std::uint64_t kBestRatio = 1032;  // of deflate
  return static_cast<std::size_t>(std::clamp(said, kLeast, kBestRatio * compressed + kLeast));
}

// ---- gzip ----

class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&stream_, kGzipOnly + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  [[nodiscard]] z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

// The last four bytes say the size of the last member, below 4 GiB.
std::uint64_t said_by_gzip(std::string_view packed) {
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, packed.size()); ++i) {
    size = size << 8 | static_cast<unsigned char>(packed[packed.size() - 1 - i]);
  }
  return size;
}

template <class Told>
std::string unpack_gzip(std::string_view packed, const std::string& source, const Told& told) {
  constexpr std::size_t kAtATime = std::size_t{1} << 20;
  Inflater inflater;
  z_stream& stream = inflater.stream();
  Output output(expected_size(said_by_gzip(packed) + 1, packed.size()), source);
  std::size_t at = 0;
  while (true) {
    output.make_room();
    const std::size_t given = std::min(kAtATime, packed.size() - at);
    const std::size_t room = std::min<std::size_t>(output.room(), std::numeric_limits<uInt>::max());
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + at));
    stream.avail_in = static_cast<uInt>(given);
    stream.next_out = reinterpret_cast<Bytef*>(output.end());
    stream.avail_out = static_cast<uInt>(room);
    const int outcome = inflate(&stream, Z_NO_FLUSH);
    at += given - stream.avail_in;
    output.add(room - stream.avail_out);
    told(at);
    if (outcome == Z_MEM_ERROR) throw std::bad_alloc();
    if (outcome == Z_STREAM_END) {
      // Zeros may fill up the last block of a tape; another member may follow.
      const std::size_t next = std::min(packed.find_first_not_of('\0', at), packed.size());
      if (next == packed.size()) return output.take();
      if (packed.substr(at, kGzip.size()) != kGzip) {
        refuse(source, "gzip", fmt::format("are followed by something else at byte offset {}", at));
      }
      inflateReset(&stream);
      continue;
    }
    const bool starved = outcome == Z_BUF_ERROR || outcome == Z_OK;
    if (!starved || outcome == Z_NEED_DICT) {
      refuse(source, "gzip",
             fmt::format("are damaged at byte offset {} ({})", at,
                         stream.msg != nullptr ? stream.msg : "no reason is known"));
    }
    if (at == packed.size() && stream.avail_out != 0) {
      refuse(source, "gzip", fmt::format("end too early, after {} bytes", at));
    }
  }
}

// ---- zstd ----

template <class Told>
std::string unpack_zstd(std::string_view packed, const std::string& source, const Told& told) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     ZSTD_freeDCtx);
  if (!context) throw std::bad_alloc();
  const auto said = ZSTD_getFrameContentSize(packed.data(), packed.size());
  const bool unknown = said == ZSTD_CONTENTSIZE_UNKNOWN || said == ZSTD_CONTENTSIZE_ERROR;
  Output output(expected_size(unknown ? 0 : said + 1, packed.size()), source);
  constexpr std::size_t kAtATime = std::size_t{1} << 20;
  ZSTD_inBuffer in{packed.data(), 0, 0};
  while (true) {
    output.make_room();
    if (in.pos == in.size) in.size = std::min(packed.size(), in.pos + kAtATime);
    ZSTD_outBuffer out{output.end(), output.room(), 0};
    const std::size_t outcome = ZSTD_decompressStream(context.get(), &out, &in);
    output.add(out.pos);
    told(in.pos);
    if (ZSTD_isError(outcome) != 0) {
      refuse(source, "zstd",
             fmt::format("are damaged at byte offset {} ({})", in.pos, ZSTD_getErrorName(outcome)));
    }
    if (in.pos < packed.size() || out.pos == out.size) continue;
    if (outcome == 0) return output.take();
    refuse(source, "zstd", fmt::format("end too early, after {} bytes", in.pos));
  }
}

}  // namespace

PlainBytes::PlainBytes(std::string_view bytes, const std::string& source,
                       const ProgressListener& progress)
    : same_(bytes) {
  const auto told = [&](std::size_t done) {
    if (!progress) return;
    progress({"unpack", static_cast<std::int64_t>(done), static_cast<std::int64_t>(bytes.size()),
              "bytes"});
  };
  if (bytes.substr(0, kGzip.size()) == kGzip) unpacked_ = unpack_gzip(bytes, source, told);
  if (bytes.substr(0, kZstd.size()) == kZstd) unpacked_ = unpack_zstd(bytes, source, told);
  if (unpacked_ && unpacked_->empty()) {
    throw DataError(
        fmt::format("{}: holds nothing, compressed; a header line and rows were expected", source));
  }
}

}  // namespace cohort
