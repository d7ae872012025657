#include "host/survey/decompress.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "cohort/error.hpp"
#include "cohort/read.hpp"

namespace cohort {
namespace {

using ::testing::HasSubstr;

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

std::string unpacked(const std::string& packed) {
  return std::string(PlainBytes(packed, "survey.csv.gz", {}).bytes());
}

std::string unpacking_fault(const std::string& packed) {
  try {
    (void)unpacked(packed);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

// Large enough to be unpacked in several steps, and not a multiple of any of them.
std::string survey() {
  std::string text = "a,b\n";
  for (int i = 0; i < 20'001; ++i) text += fmt::format("{},{}\n", i, i * 7919 % 10007);
  return text;
}

TEST(PlainBytes, AreWhatWasCompressed) {
  const std::string text = survey();
  EXPECT_EQ(unpacked(text), text);
  for (const auto& pack : {gzip, zstd}) {
    EXPECT_EQ(unpacked(pack(text)), text);
    EXPECT_EQ(unpacked(pack(text.substr(0, 1000)) + pack(text.substr(1000))), text);
    EXPECT_EQ(unpacked(pack("x")), "x");
    EXPECT_EQ(unpacked(pack(std::string(3'000'000, 'x'))), std::string(3'000'000, 'x'));
  }
  EXPECT_EQ(unpacked(gzip(text) + std::string(512, '\0')), text);
}

TEST(PlainBytes, AreRefusedWhereTheCompressedOnesAreDamaged) {
  const std::string text = survey();
  for (const auto& pack : {gzip, zstd}) {
    const std::string whole = pack(text);
    for (const std::size_t kept : {whole.size() - 1, whole.size() / 2, std::size_t{11}}) {
      EXPECT_THAT(unpacking_fault(whole.substr(0, kept)),
                  HasSubstr(fmt::format("end too early, after {} bytes", kept)));
    }
    EXPECT_THAT(unpacking_fault(whole + pack(text).substr(0, 20)), HasSubstr("end too early"));
    std::string damaged = whole;
    damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 0x55);
    EXPECT_THAT(unpacking_fault(damaged), HasSubstr("survey.csv.gz: its "));
    EXPECT_THAT(unpacking_fault(pack("")), HasSubstr("holds nothing"));
  }
  EXPECT_THAT(unpacking_fault(gzip(text) + "more"), HasSubstr("followed by something else"));
  EXPECT_THAT(unpacking_fault(zstd(text) + "more"), HasSubstr("damaged"));
}

TEST(Compressed, SurveysAreReadAsIfTheyWereNot) {
  ThreadPool pool(2);
  const std::string text = survey();
  const Table plain = parse_table(text, "s", {}, pool);
  for (const auto& pack : {gzip, zstd}) {
    const Table table = parse_table(pack(text), "s", {}, pool);
    EXPECT_EQ(table.rows, 20'001);
    EXPECT_EQ(table.columns[1].values, plain.columns[1].values);
    try {
      (void)parse_table(pack(text + "1,2,3\n"), "s.csv.gz", {}, pool);
      FAIL();
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr("s.csv.gz:20003: 1 row has another number of cells"));
    }
    EXPECT_THROW((void)parse_table(pack(pack(text)), "s", {}, pool), DataError);
  }
}

}  // namespace
}  // namespace cohort
