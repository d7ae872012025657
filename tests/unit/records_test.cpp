#include "host/survey/records.hpp"

#include <optional>
#include <random>

#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/reference/records.hpp"

namespace cohort {
namespace {

using reference::Record;

std::vector<Record> read_in_chunks(std::string_view text, char delimiter, std::size_t chunk_bytes) {
  ThreadPool pool(1);
  std::vector<Record> all;
  const std::string source = "survey.csv";
  std::string scratch;
  for (const Chunk& chunk : cut_into_chunks(text, 0, 1, delimiter, chunk_bytes, pool)) {
    RecordReader reader(text, chunk, delimiter, source);
    while (reader.next()) {
      Record record{reader.line(), {}};
      for (const Field& field : reader.fields()) {
        record.cells.emplace_back(cell_text(field, scratch));
      }
      all.push_back(std::move(record));
    }
  }
  return all;
}

std::string records_fault(std::string_view text, std::size_t chunk_bytes = 1 << 20) {
  try {
    (void)read_in_chunks(text, ',', chunk_bytes);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> cells(std::string_view text) {
  const auto records = read_in_chunks(text, ',', 1 << 20);
  EXPECT_EQ(records.size(), 1U);
  return records.at(0).cells;
}

TEST(Records, FollowRfc4180) {
  using Cells = std::vector<std::string>;
  EXPECT_EQ(cells("aaa,bbb,ccc\r\n"), (Cells{"aaa", "bbb", "ccc"}));
  EXPECT_EQ(cells("aaa,bbb,ccc"), (Cells{"aaa", "bbb", "ccc"}));
  EXPECT_EQ(cells("\"aaa\",\"b\r\nbb\",\"ccc\""), (Cells{"aaa", "b\r\nbb", "ccc"}));
  EXPECT_EQ(cells("\"aaa\",\"b\"\"bb\",\"ccc\""), (Cells{"aaa", "b\"bb", "ccc"}));
  EXPECT_EQ(cells("\"a,b\",\"\",\"\"\"\""), (Cells{"a,b", "", "\""}));
  EXPECT_EQ(cells(",,"), (Cells{"", "", ""}));
  EXPECT_EQ(cells(" a ,\t\"b\""), (Cells{"a", "\"b\""}));
  EXPECT_EQ(cells("5\" pipe,3"), (Cells{"5\" pipe", "3"}));
  EXPECT_EQ(cells("\"a\" ,b"), (Cells{"a", "b"}));
  EXPECT_EQ(cells("\"\""), (Cells{""}));
}

TEST(Records, KnowTheirLines) {
  const auto records = read_in_chunks("a\r\nb\rc\n\n  \n\"x\ny\"\nd", ',', 1 << 20);
  const std::vector<Record> expected = {
      {1, {"a"}}, {2, {"b"}}, {3, {"c"}}, {6, {"x\ny"}}, {8, {"d"}}};
  EXPECT_EQ(records, expected);
}

TEST(Records, NameTheLineWhereAQuoteOpened) {
  EXPECT_EQ(records_fault("a,b\n1,\"open\n2,3\n4,5\n").find("survey.csv:2:2: a quote opens here"),
            0U);
  EXPECT_EQ(records_fault("\"").find("survey.csv:1:1: a quote opens here"), 0U);
  EXPECT_EQ(records_fault("a,\"b\nc\",\"d\n").find("survey.csv:2:3: a quote opens here"), 0U);
  EXPECT_EQ(records_fault("a\n\"b\nc\"d\n").find("survey.csv:3:1: 'd' follows a closing quote"),
            0U);
}

TEST(Records, RefuseAbsurdLengths) {
  const std::string longest(RecordReader::kLongestCell, 'x');
  EXPECT_EQ(records_fault("a,b\n1," + longest + "\n"), "");
  EXPECT_EQ(records_fault("a,b\n1," + longest + "x\n").find("survey.csv:2:2: a cell longer than"),
            0U);
  EXPECT_EQ(records_fault("a,b\n1,\"" + longest + "x\"\n").find("survey.csv:2:2: a cell longer"),
            0U);
  EXPECT_EQ(records_fault(std::string(RecordReader::kMostFields - 1, ',')), "");
  EXPECT_EQ(records_fault("a\n" + std::string(RecordReader::kMostFields, ','))
                .find("survey.csv:2:100001: more than 100000 cells"),
            0U);
}

TEST(Chunks, BeginAtLineStartsAndKnowTheirQuotes) {
  ThreadPool pool(2);
  const std::string text = "a,b\r\n1,\"x\r\ny\"\r2,\"\n\"\"\n\"\n";
  const auto chunks = cut_into_chunks(text, 0, 1, ',', 1, pool);
  std::vector<std::size_t> begins;
  std::vector<std::int64_t> lines;
  std::vector<bool> inside;
  for (const Chunk& chunk : chunks) {
    begins.push_back(chunk.begin);
    lines.push_back(chunk.line);
    inside.push_back(chunk.in_quotes);
  }
  EXPECT_EQ(begins, (std::vector<std::size_t>{0, 5, 11, 14, 18, 21}));
  EXPECT_EQ(lines, (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(inside, (std::vector<bool>{false, false, true, false, true, true}));
  EXPECT_EQ(chunks.back().end, text.size());
}

TEST(Chunks, GiveTheRecordsOfAReaderThatReadsCharacterByCharacter) {
  constexpr std::string_view kLetters = "ab\"\"\"\",,;\n\n\r \t";
  int whole = 0;
  int with_inner_lines = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    std::mt19937 random(seed);
    std::string text;
    const std::size_t length = random() % 60;
    while (text.size() < length) text += kLetters[random() % kLetters.size()];
    const auto expected = reference::records(text, ',');
    for (const std::size_t chunk_bytes : {std::size_t{1}, std::size_t{7}, std::size_t{64}}) {
      std::optional<std::vector<Record>> found;
      try {
        found = read_in_chunks(text, ',', chunk_bytes);
      } catch (const DataError&) {
      }
      ASSERT_EQ(found.has_value(), expected.has_value()) << "seed " << seed << ": " << text;
      if (expected) {
        ASSERT_EQ(*found, *expected) << "seed " << seed << ": " << text;
      }
      EXPECT_EQ(records_fault(text, chunk_bytes), records_fault(text)) << "seed " << seed;
    }
    if (!expected) continue;
    ++whole;
    for (const Record& record : *expected) {
      for (const std::string& cell : record.cells) {
        with_inner_lines += cell.find('\n') != std::string::npos;
      }
    }
  }
  EXPECT_GT(whole, 400);
  EXPECT_GT(with_inner_lines, 100);
}

// Random text hardly ever closes its quotes; this one is always well formed.
TEST(Chunks, GiveTheRecordsOfWellFormedText) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    std::mt19937 random(seed);
    constexpr std::string_view kInner = "x,\n\r \"";
    std::string text;
    for (unsigned cell = 0; cell < 30; ++cell) {
      if (random() % 2 == 0) {
        text += '"';
        for (unsigned i = random() % 6; i > 0; --i) {
          const char c = kInner[random() % kInner.size()];
          text += c == '"' ? std::string("\"\"") : std::string(1, c);
        }
        text += '"';
      } else {
        text += std::string(random() % 4, 'y');
      }
      constexpr std::array kEnds = {",", "\n", "\r\n", "\r"};
      text += kEnds[random() % kEnds.size()];
    }
    const auto expected = reference::records(text, ',');
    ASSERT_TRUE(expected.has_value()) << text;
    for (const std::size_t chunk_bytes : {1, 2, 7, 64}) {
      ASSERT_EQ(read_in_chunks(text, ',', chunk_bytes), *expected) << "seed " << seed << ":\n"
                                                                   << text;
    }
  }
}

}  // namespace
}  // namespace cohort
