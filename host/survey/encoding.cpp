#include "host/survey/encoding.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/memory.hpp"

#include "host/survey/excerpt.hpp"
#include "host/survey/records.hpp"

namespace cohort {

namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kConvert = "save it as UTF-8 (iconv -f ENCODING -t UTF-8)";

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::int64_t line_at(std::string_view bytes, std::size_t offset) {
  return count_line_ends(bytes.substr(0, offset)) + 1;
}

void append_utf8(std::uint32_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
    return;
  }
  if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
  } else {
    if (point < 0x10000) {
      out += static_cast<char>(0xE0 | (point >> 12));
    } else {
      out += static_cast<char>(0xF0 | (point >> 18));
      out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    }
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (point & 0x3F));
}

// ---- what a file is, by its first bytes ----

void refuse_known_binaries(std::string_view bytes, const std::string& source) {
  using Known = std::pair<std::string_view, const char*>;
  static constexpr std::array<Known, 8> kinds = {{
      {"PK\x03\x04", "a ZIP archive, perhaps an Excel workbook; export it as CSV"},
      {"\xD0\xCF\x11\xE0", "an old Excel or Office file; export it as CSV"},
      {"\x1F\x8B", "compressed twice; undo that once: gzip -d FILE"},
      {"\x28\xB5\x2F\xFD", "compressed twice; undo that once: zstd -d FILE"},
      {"%PDF", "a PDF; export the answers as CSV"},
      {"$FL2", "an SPSS file; export it as CSV"},
      {"PAR1", "a Parquet file; export it as CSV"},
      {"\x93NUMPY", "a NumPy matrix, which is read from a named file only; save it as one"},
  }};
  for (const auto& [magic, what] : kinds) {
    if (bytes.substr(0, magic.size()) == magic) {
      throw DataError(fmt::format("{}: is {}", source, what));
    }
  }
}

// ---- UTF-16 ----

std::string from_utf16(std::string_view bytes, bool big_endian, const std::string& source) {
  const auto refuse = [&](std::size_t unit, std::string_view what) {
    throw DataError(
        fmt::format("{}: UTF-16 with {} at byte offset {}; the file is damaged: export "
                    "it again, as UTF-8",
                    source, what, 2 * unit + 2));
  };
  const std::size_t units = bytes.size() / 2;
  if (bytes.size() % 2 != 0) refuse(units, "half a character");
  const auto unit_at = [&](std::size_t i) -> std::uint32_t {
    const std::uint32_t first = byte_at(bytes, 2 * i);
    const std::uint32_t second = byte_at(bytes, 2 * i + 1);
    return big_endian ? first << 8 | second : second << 8 | first;
  };
  require_memory(1.5 * static_cast<double>(bytes.size()), "converting " + source + " to UTF-8",
                 std::string(kConvert));
  std::string out;
  out.reserve(bytes.size() / 2);
  for (std::size_t i = 0; i < units; ++i) {
    const std::uint32_t unit = unit_at(i);
    if (unit == 0) refuse(i, "a NUL character");
    if (unit < 0xD800 || unit > 0xDFFF) {
      append_utf8(unit, out);
      continue;
    }
    const std::uint32_t low = i + 1 < units ? unit_at(i + 1) : 0;
    if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF) refuse(i, "half a surrogate pair");
    append_utf8(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), out);
    ++i;
  }
  return out;
}

// ---- UTF-8 ----

// Bytes of the well-formed sequence at `at` (Unicode 15, table 3-7), 0 where there is none.
std::size_t utf8_length(std::string_view bytes, std::size_t at) {
  const std::uint8_t lead = byte_at(bytes, at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() - at < length) return 0;
  const std::uint8_t second = byte_at(bytes, at + 1);
  const int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < least || second > most) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(bytes, at + i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

struct Utf8Check {
  std::size_t sequences = 0;  // of more than one byte
  std::size_t first_fault = std::string_view::npos;
};

Utf8Check check_utf8(std::string_view bytes) {
  Utf8Check check;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = utf8_length(bytes, at);
    if (length > 1) ++check.sequences;
    if (length == 0) check.first_fault = std::min(check.first_fault, at);
    at += std::max<std::size_t>(length, 1);
  }
  return check;
}

// ---- Windows-1252 ----

std::string from_windows_1252(std::string_view bytes, const std::string& source) {
  // 0x80 to 0x9F; 0 where the code page has no character.
  static constexpr std::array<std::uint16_t, 32> high = {
      0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
  require_memory(1.5 * static_cast<double>(bytes.size()), "converting " + source + " to UTF-8",
                 std::string(kConvert));
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const std::uint8_t byte = byte_at(bytes, at);
    const bool special = byte >= 0x80 && byte < 0xA0;
    const std::uint32_t point = special ? high[byte - 0x80U] : byte;
    if (point == 0) {
      throw DataError(
          fmt::format("{}: byte 0x{:02X} at offset {} is neither UTF-8 nor "
                      "Windows-1252; {}",
                      place(source, line_at(bytes, at)), byte, at, kConvert));
    }
    append_utf8(point, out);
  }
  return out;
}

// ---- a quick look at all bytes ----

struct Census {
  bool plain = true;  // no byte above 0x7F
  std::size_t first_nul = std::string_view::npos;
};

Census take_census(std::string_view bytes, ThreadPool& pool) {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  const std::size_t blocks = (bytes.size() + kBlock - 1) / kBlock;
  std::vector<Census> parts(blocks);
  pool.run(static_cast<std::int64_t>(blocks), [&](std::int64_t index, int) {
    const auto i = static_cast<std::size_t>(index);
    const std::string_view block = bytes.substr(i * kBlock, kBlock);
    unsigned char seen = 0;
    unsigned char nul = 0;
    for (const char byte : block) {
      seen = static_cast<unsigned char>(seen | static_cast<unsigned char>(byte));
      nul = static_cast<unsigned char>(nul | (byte == 0 ? 1U : 0U));
    }
    parts[i].plain = seen < 0x80;
    if (nul != 0) parts[i].first_nul = i * kBlock + block.find('\0');
  });
  Census all;
  for (const Census& part : parts) {
    all.plain = all.plain && part.plain;
    all.first_nul = std::min(all.first_nul, part.first_nul);
  }
  return all;
}

}  // namespace

DecodedText decode(std::string_view bytes, const std::string& source, ThreadPool& pool,
                   Notices& notices) {
  using namespace std::string_view_literals;
  const auto decided = [&](std::string text) {
    notices.push_back({Notice::Level::decision, "encoding", std::move(text)});
  };
  refuse_known_binaries(bytes, source);
  if (bytes.substr(0, 4) == "\xFF\xFE\0\0"sv || bytes.substr(0, 4) == "\0\0\xFE\xFF"sv) {
    throw DataError(fmt::format("{}: is UTF-32; {}", source, kConvert));
  }
  for (const bool big_endian : {false, true}) {
    if (bytes.substr(0, 2) != (big_endian ? "\xFE\xFF"sv : "\xFF\xFE"sv)) continue;
    decided(fmt::format("{} is UTF-16 ({}-endian)", source, big_endian ? "big" : "little"));
    return DecodedText(from_utf16(bytes.substr(2), big_endian, source));
  }
  const std::size_t mark = bytes.substr(0, kUtf8Mark.size()) == kUtf8Mark ? kUtf8Mark.size() : 0;
  const Census census = take_census(bytes, pool);
  if (census.first_nul != std::string_view::npos) {
    throw DataError(
        fmt::format("{}: a NUL byte at offset {}: the file is binary or UTF-16 without "
                    "a byte order mark; export it as CSV in UTF-8",
                    place(source, line_at(bytes, census.first_nul)), census.first_nul));
  }
  if (census.plain) return DecodedText(bytes.substr(mark));
  const Utf8Check check = check_utf8(bytes.substr(mark));
  if (check.first_fault == std::string_view::npos) return DecodedText(bytes.substr(mark));
  const std::size_t fault = check.first_fault + mark;
  if (mark > 0 || check.sequences > 0) {
    throw DataError(
        fmt::format("{}: byte 0x{:02X} at offset {} is not UTF-8, which the rest is; "
                    "the file mixes encodings: export it again, as UTF-8",
                    place(source, line_at(bytes, fault)), byte_at(bytes, fault), fault));
  }
  std::string converted = from_windows_1252(bytes, source);
  decided(fmt::format("{} is not UTF-8 (line {}, byte offset {}); it is read as Windows-1252",
                      source, line_at(bytes, fault), fault));
  return DecodedText(std::move(converted));
}

}  // namespace cohort
