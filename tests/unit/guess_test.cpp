// Columns are filled as their first rows suggest: what comes later must not show that they were.

#include <array>
#include <functional>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/error.hpp"
#include "cohort/read.hpp"

#include "host/survey/reader.hpp"
#include "tests/support/said.hpp"

namespace cohort {
namespace {

using ::testing::HasSubstr;

constexpr int kUsual = 400;  // more than the rows that are looked at first

std::string column_of(const std::function<std::string(int)>& usual,
                      const std::vector<std::string>& later) {
  std::string text = "x,y\n";
  for (int i = 0; i < kUsual; ++i) text += usual(i) + ",1.5\n";
  for (const std::string& cell : later) text += cell + ",2.5\n";
  return text;
}

Table parsed(const std::string& text, const ReadOptions& options = {}, std::size_t chunk = 1000) {
  ThreadPool pool(2);
  Table table = parse_in_chunks(text, "survey.csv", options, pool, chunk);
  EXPECT_EQ(table.columns[1].type, ColumnType::number);
  EXPECT_EQ(table.columns[1].values.front(), 1.5);
  EXPECT_EQ(table.columns[1].values.back(), 2.5);
  return table;
}

const auto kNumber = [](int i) { return fmt::format("{}.25", i); };
const auto kBit = [](int i) { return std::string(i % 3 == 0 ? "0" : "1"); };
const auto kMissing = [](int) { return std::string(); };
const auto kDay = [](int i) { return fmt::format("{:02}/{:02}/2018", i % 12 + 1, i % 11 + 1); };

TEST(Guess, OfNumbersIsCorrectedByAText) {
  const Table table = parsed(column_of(kNumber, {"many", "7", "many"}));
  const Column& column = table.columns[0];
  EXPECT_EQ(column.type, ColumnType::text);
  EXPECT_EQ(column.distinct, kUsual + 2);
  EXPECT_TRUE(column.values.empty());
  EXPECT_EQ(column.levels[static_cast<std::size_t>(column.codes[kUsual])], "many");
  EXPECT_EQ(column.levels[static_cast<std::size_t>(column.codes[0])], "0.25");
  EXPECT_THAT(test::notice(table, "nearly-number"), HasSubstr("(survey.csv:402:1)"));
}

TEST(Guess, OfNumbersIsCorrectedByALongInteger) {
  const Table table =
      parsed(column_of([](int i) { return std::to_string(i); }, {"12345678901234567"}));
  EXPECT_TRUE(table.columns[0].is_coded());
  EXPECT_THAT(test::notice(table, "long-numbers"), HasSubstr("survey.csv:402:1"));
}

TEST(Guess, OfBitsIsBooleanOrANumber) {
  const Table bits = parsed(column_of(kBit, {"1"}));
  EXPECT_EQ(bits.columns[0].type, ColumnType::boolean);
  EXPECT_EQ(bits.columns[0].true_text, "1");
  EXPECT_EQ(bits.columns[0].values[1], 1);
  const Table numbers = parsed(column_of(kBit, {"2", "01"}));
  EXPECT_EQ(numbers.columns[0].type, ColumnType::number);
  EXPECT_EQ(numbers.columns[0].distinct, 3);
  EXPECT_EQ(numbers.columns[0].values[kUsual], 2);
  EXPECT_THAT(test::notice(numbers, "leading-zeros"), HasSubstr("survey.csv:403:1"));
}

TEST(Guess, OfNothingIsCorrectedByAnything) {
  EXPECT_EQ(parsed(column_of(kMissing, {"NA"})).columns[0].missing, kUsual + 1);
  EXPECT_EQ(parsed(column_of(kMissing, {"7"})).columns[0].values.back(), 7);
  const Table words = parsed(column_of(kMissing, {"yes", "No"}));
  EXPECT_EQ(words.columns[0].type, ColumnType::boolean);
  EXPECT_EQ(words.columns[0].values[kUsual], 1);
  EXPECT_EQ(words.columns[0].missing, kUsual);
  const Table day = parsed(column_of(kMissing, {"2018-10-29"}));
  EXPECT_EQ(day.columns[0].type, ColumnType::datetime);
  EXPECT_EQ(day.columns[0].values[kUsual], 1540771200);
}

TEST(Guess, OfDatesIsCorrected) {
  // Ambiguous for long, then proved.
  const Table proved = parsed(column_of(kDay, {"29/10/2018"}));
  EXPECT_EQ(proved.columns[0].type, ColumnType::datetime);
  EXPECT_EQ(proved.columns[0].format, "%d/%m/%Y");
  EXPECT_EQ(proved.columns[0].values.back(), 1540771200);
  EXPECT_THAT(test::notice(proved, "date-order"), HasSubstr("line 402"));
  const Table other = parsed(column_of(kDay, {"10/29/2018"}));
  EXPECT_EQ(other.columns[0].format, "%m/%d/%Y");
  const auto proved_at_once = [](int i) { return i == 0 ? "29/10/2018" : kDay(i); };
  EXPECT_EQ(parsed(column_of(proved_at_once, {"1/2/2018"})).columns[0].distinct, 133);
  EXPECT_TRUE(parsed(column_of(proved_at_once, {"10/29/2018"})).columns[0].is_coded());
  EXPECT_TRUE(parsed(column_of(proved_at_once, {"soon"})).columns[0].is_coded());
}

TEST(Guess, OfWordsIsCorrected) {
  const auto word = [](int i) { return std::string(i % 2 == 0 ? "yes" : "no"); };
  EXPECT_EQ(parsed(column_of(word, {"NO"})).columns[0].type, ColumnType::boolean);
  const Table maybe = parsed(column_of(word, {"maybe"}));
  EXPECT_EQ(maybe.columns[0].type, ColumnType::category);
  EXPECT_EQ(maybe.columns[0].levels, (std::vector<std::string>{"maybe", "no", "yes"}));
  EXPECT_EQ(parsed(column_of(word, {"true"})).columns[0].type, ColumnType::category);
}

TEST(Guess, FaultsAreThoseOfTheWholeColumn) {
  ReadOptions options;
  options.columns.push_back({"x", ColumnType::number, "", {}});
  for (const char* cell : {"many", "1e99", "inf"}) {
    try {
      (void)parsed(column_of(kNumber, {"1", cell, "worse"}), options);
      FAIL();
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr(fmt::format("survey.csv:403:1: '{}'", cell)));
    }
  }
  options.columns[0].type = ColumnType::boolean;
  EXPECT_THROW((void)parsed(column_of(kBit, {"yes"}), options), DataError);
  EXPECT_EQ(parsed(column_of(kBit, {"1"}), options).columns[0].type, ColumnType::boolean);
  options.columns[0].type = ColumnType::category;
  EXPECT_EQ(parsed(column_of(kBit, {"x"}), options).columns[0].levels.size(), 3U);
}

TEST(Guess, MissingTokensThatAreNumbersAreMissing) {
  ReadOptions options;
  options.columns.push_back({"x", {}, "", {"99", "-1.5"}});
  const Table table = parsed(column_of(kNumber, {"99", "-1.5", "99.0"}), options);
  EXPECT_EQ(table.columns[0].missing, 2);
  EXPECT_TRUE(table.columns[0].is_missing(kUsual));
  EXPECT_EQ(table.columns[0].values.back(), 99);
}

// Rows that the count of records foresees and that turn out blank, or ragged and left out.
TEST(Guess, OfTheNumberOfRowsIsCorrected) {
  std::string text = "x,y\n";
  for (int i = 0; i < 300; ++i)
    text += fmt::format("{},{}\n{}", i, i % 2 ? "a" : "b", i % 7 ? "" : " \n");
  ThreadPool pool(2);
  ReadOptions options;
  options.ragged = Ragged::skip;
  const Table table = parse_in_chunks(text + "1\n2,a\n", "s", options, pool, 64);
  EXPECT_EQ(table.rows, 301);
  EXPECT_EQ(table.line_of(300), 2 + 300 + 43 + 1);
  EXPECT_EQ(table.line_of(8), 2 + 8 + 2);
  for (std::size_t i = 0; i < 300; ++i) {
    ASSERT_EQ(table.columns[0].values[i], static_cast<double>(i));
    ASSERT_EQ(table.columns[1].codes[i], i % 2 ? 0 : 1);
  }
}

}  // namespace
}  // namespace cohort
