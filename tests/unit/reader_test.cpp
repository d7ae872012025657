#include "host/survey/reader.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cohort/error.hpp"
#include "cohort/read.hpp"
#include "cohort/sample.hpp"

#include "host/survey/nearest.hpp"
#include "tests/support/said.hpp"

namespace cohort {
namespace {

using test::has;
using test::notice;

Table parse(std::string_view text, const ReadOptions& options = {}) {
  ThreadPool pool(1);
  return parse_table(text, "survey.csv", options, pool);
}

template <class Failure = DataError>
std::string fault_of(std::string_view text, const ReadOptions& options = {}) {
  try {
    (void)parse(text, options);
  } catch (const Failure& error) {
    return error.what();
  }
  return "";
}

// Everything in a table, values as their bits.
std::string bytes_of(const Table& table) {
  std::string out = fmt::format("{} rows from line {}\n", table.rows, table.first_line);
  for (std::int64_t i = 0; i < table.rows; ++i) out += fmt::format("{} ", table.line_of(i));
  for (const Column& c : table.columns) {
    out += fmt::format("\n{}|{}|{}|{}|{}|{}|{}\n", c.name, name_of(c.type), c.missing, c.distinct,
                       c.format, c.true_text, c.false_text);
    for (const double value : c.values) out += fmt::format("{:a} ", value);
    for (const std::int32_t code : c.codes) out += fmt::format("{} ", code);
    for (const std::string& level : c.levels) out += fmt::format("[{}]", level);
  }
  for (const Notice& n : table.notices) out += fmt::format("\n{}: {}", n.topic, n.text);
  return out;
}

// ---- the sample ----

TEST(Sample, HasItsTypes) {
  for (const bool told : {false, true}) {
    ReadOptions options;
    options.missing = {"-"};
    if (told) options.columns.push_back({"Timestamp", {}, "%d/%m/%Y %H:%M:%S", {}});
    const Table table = parse(sample_survey(), options);
    EXPECT_EQ(table.rows, 72);
    ASSERT_EQ(table.columns.size(), 12U);
    EXPECT_EQ(table.find("Timestamp")->type, ColumnType::datetime);
    EXPECT_EQ(table.find("Timestamp")->format, "%d/%m/%Y %H:%M:%S");
    EXPECT_EQ(table.find("Timestamp")->values[0], 1540829109);
    EXPECT_TRUE(table.find("Name")->is_coded());
    EXPECT_TRUE(table.find("Email address")->is_coded());
    for (const char* name : {"Knowledge", "Effort", "Degree"}) {
      EXPECT_EQ(table.find(name)->type, ColumnType::number) << name;
    }
    for (const char* name : {"IsResearcher", "IsML", "IsDeveloper", "IsTeaching", "IsStudent"}) {
      const Column& column = *table.find(name);
      EXPECT_EQ(column.type, ColumnType::boolean) << name;
      EXPECT_EQ(column.true_text, "True");
      EXPECT_EQ(column.false_text, "False");
      EXPECT_EQ(column.distinct, 2);
    }
    const Column& employer = *table.find("WorkAt");
    EXPECT_EQ(employer.type, ColumnType::category);
    EXPECT_EQ(employer.missing, 2);
    EXPECT_EQ(employer.distinct, 21);
    EXPECT_EQ(employer.levels[0], "Employer 02");
    EXPECT_EQ(notice(table, "date-order").empty(), told);
    for (const Notice& n : table.notices) EXPECT_EQ(n.level, Notice::Level::decision) << n.text;
  }
}

// ---- the same bytes for every chunk size and thread count ----

std::string messy_survey(unsigned seed) {
  std::mt19937 random(seed);
  std::string text = "id;when;yes?;\"a \"\"quoted\"\" name\";score;note\r\n";
  constexpr std::array kNotes = {"plain",         "\"two\nlines\"",  "\"a;b\"", "\"\"\"said\"\"\"",
                                 "\"\r\n\r\n;\"", "caf\xC3\xA9 \"x", "",        "NA"};
  for (unsigned i = 0; i < 200; ++i) {
    text += fmt::format("{};{:02}/{:02}/2018 10:{:02};{};{};{},{};{}{}", i, random() % 28 + 1,
                        random() % 12 + 1, random() % 60, random() % 2 ? "Yes" : "no",
                        random() % 5 ? "\"x\"" : "", random() % 100, random() % 100,
                        kNotes[random() % kNotes.size()], random() % 3 ? "\n" : "\r\n");
    if (random() % 20 == 0) text += "\n";
  }
  return text;
}

TEST(ParseInChunks, GivesTheSameBytesForEveryChunkSizeAndThreadCount) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    const std::string text = messy_survey(seed);
    ThreadPool one(1);
    const std::string whole = bytes_of(parse_in_chunks(text, "s", {}, one, text.size()));
    EXPECT_TRUE(has(whole, "when|datetime|0"));
    EXPECT_TRUE(has(whole, "yes?|boolean|0|2||Yes|no"));
    EXPECT_TRUE(has(whole, "a \"quoted\" name|category"));
    EXPECT_TRUE(has(whole, "score|number"));
    for (const int threads : {1, 2, 5}) {
      ThreadPool pool(threads);
      for (const std::size_t chunk : {1, 7, 64, 1000}) {
        EXPECT_EQ(bytes_of(parse_in_chunks(text, "s", {}, pool, chunk)), whole)
            << "seed " << seed << ", threads " << threads << ", chunk " << chunk;
      }
    }
  }
}

TEST(ParseInChunks, ReportsTheFirstFaultWhicheverThreadMeetsAnotherFirst) {
  std::string text = "x,y\n";
  for (int i = 0; i < 500; ++i) text += i == 200 || i == 450 ? "1,abc\n" : "1,2\n";
  ReadOptions options;
  options.columns.push_back({"y", ColumnType::number, "", {}});
  for (int repeat = 0; repeat < 20; ++repeat) {
    ThreadPool pool(5);
    try {
      (void)parse_in_chunks(text, "survey.csv", options, pool, 64);
      FAIL();
    } catch (const DataError& error) {
      EXPECT_TRUE(has(error.what(), "survey.csv:202:2: 'abc' in number column 'y'"))
          << error.what();
    }
  }
}

// ---- ragged rows, blank lines, names ----

// ---- columns that nobody wants ----

const Column& without_cells(Column& column) {
  column.kept = true;
  column.type = ColumnType::text;
  column.values = {};
  column.codes = {};
  column.levels = {};
  column.distinct = 0;
  return column;
}

TEST(Wanted, ColumnsAreTheSameBytesWithAndWithoutTheOthers) {
  std::string text = "id,name,when,ok,n\n";
  for (int i = 0; i < 500; ++i) {
    text += fmt::format("R{:05},\"Name {}, \"\"x\"\"\",2024-01-{:02},{},{}\n", i, i, 1 + i % 28,
                        i % 3 ? "yes" : "no", i % 7 ? fmt::format("{}.25", i) : "NA");
    if (i % 9 == 0) text += "\n";
    if (i % 50 == 0) text += fmt::format("{},,2024-02-01,yes,\n", 1e300);
  }
  for (const std::size_t chunk_bytes : {40U, 1U << 20}) {
    for (const int threads : {1, 3}) {
      ThreadPool pool(threads);
      ReadOptions options;
      options.wanted = [](std::string_view name) { return name != "id" && name != "name"; };
      Table some = parse_in_chunks(text, "survey.csv", options, pool, chunk_bytes);
      EXPECT_FALSE(some.columns[0].kept);
      EXPECT_TRUE(some.columns[0].codes.empty() && some.columns[0].levels.empty());
      EXPECT_EQ(some.columns[1].missing, 10);
      options.wanted = {};
      Table all = parse_in_chunks(text, "survey.csv", options, pool, chunk_bytes);
      EXPECT_EQ(all.columns[0].distinct, 501);
      for (const int j : {0, 1}) {
        without_cells(all.columns[static_cast<std::size_t>(j)]);
        without_cells(some.columns[static_cast<std::size_t>(j)]);
      }
      EXPECT_EQ(bytes_of(some), bytes_of(all)) << chunk_bytes << ", " << threads;
    }
  }
}

TEST(Wanted, CountsOfDistinctNumbersEndAtTwoWhereNobodyAsks) {
  ReadOptions options;
  const std::string text = "a,b,c,d,e\n1,7,yes,x,\n2,7,no,y,\n3,NA,yes,z,\n";
  const Table all = parse(text, options);
  options.count_distinct = false;
  const Table to_two = parse(text, options);
  const std::vector<std::int64_t> counted = {3, 1, 2, 3, 0};
  for (std::size_t j = 0; j < counted.size(); ++j) {
    EXPECT_EQ(all.columns[j].distinct, counted[j]) << j;
    EXPECT_EQ(to_two.columns[j].distinct, j == 0 ? 2 : counted[j]) << j;
  }
}

TEST(Words, SpellingsOfAWordMayChangeAndZerosAndOnesMayEnd) {
  std::string text = "a,b\n";
  for (int i = 0; i < 90; ++i) {
    const bool yes = i % 3 == 0;
    text += fmt::format("{},{}\n",
                        i == 50 ? ""
                        : yes   ? (i % 2 ? "TRUE" : "true")
                                : "false",
                        i < 80 ? i % 2 : i);
  }
  const Table table = parse(text);
  ASSERT_EQ(table.columns[0].type, ColumnType::boolean);
  ASSERT_EQ(table.columns[1].type, ColumnType::number);
  EXPECT_EQ(table.columns[0].missing, 1);
  EXPECT_EQ(table.columns[0].true_text, "true");
  for (std::size_t i = 0; i < 90; ++i) {
    EXPECT_TRUE(i == 50 || table.columns[0].values[i] == (i % 3 == 0 ? 1 : 0)) << i;
    EXPECT_EQ(table.columns[1].values[i], i < 80 ? static_cast<double>(i % 2) : i) << i;
  }
}

TEST(Wanted, IsEveryColumnUpToSoManyRowsWhateverTheRecordsLookLike) {
  ReadOptions options;
  options.wanted = [](std::string_view name) { return name == "a"; };
  options.ragged = Ragged::skip;
  const std::string text = "a,b\n1,x\n  \n2,y\n  \n3\n4,z\n";  // 6 records, 3 rows
  for (const std::int64_t rows : {2, 3, 6, 7}) {
    options.all_up_to_rows = rows;
    const Table table = parse(text, options);
    ASSERT_EQ(table.rows, 3);
    EXPECT_EQ(table.columns[1].kept, rows >= 3) << rows;
    EXPECT_EQ(table.columns[1].levels.size(), rows >= 3 ? 3U : 0U) << rows;
  }
}

TEST(Ragged, IsRefusedWithLinesUnlessTold) {
  const std::string text = "a,b\n1,2\n3\n4,5\n6,7,8\n9\n10\n11,12\n";
  const std::string fault = fault_of(text);
  EXPECT_TRUE(has(fault, "survey.csv:3: 4 rows have another number of cells than the 2 expected"));
  EXPECT_TRUE(has(fault, "line 3 has 1, line 5 has 3, line 6 has 1, ...")) << fault;

  ReadOptions options;
  options.ragged = Ragged::fill;
  const Table filled = parse(text, options);
  EXPECT_EQ(filled.rows, 7);
  EXPECT_EQ(filled.columns[1].missing, 3);
  EXPECT_EQ(filled.columns[1].values[3], 7);
  EXPECT_TRUE(has(notice(filled, "ragged"), "3 short, filled with missing cells; 1 long, cut"));

  options.ragged = Ragged::skip;
  const Table skipped = parse(text, options);
  EXPECT_EQ(skipped.rows, 3);
  EXPECT_EQ(skipped.columns[0].values, (LargeVector<double>{1, 4, 11}));
  EXPECT_EQ(skipped.line_of(2), 8);
  EXPECT_TRUE(has(notice(skipped, "ragged"), "4 rows are left out")) << notice(skipped, "ragged");

  EXPECT_TRUE(has(fault_of("a,b\n1\n2\n", options), "no row has the 2 cells expected"));
}

TEST(BlankLines, AreSkippedAndCounted) {
  const Table table = parse("a,b\n\n1,2\n  \n\r\n3,4\n\n");
  EXPECT_EQ(table.rows, 2);
  EXPECT_EQ(table.line_of(0), 3);
  EXPECT_EQ(table.line_of(1), 6);
  EXPECT_EQ(notice(table, "blank-lines"), "4 blank lines skipped");
  EXPECT_EQ(notice(parse("a,b\n1,2\n"), "blank-lines"), "");
  EXPECT_TRUE(parse("a,b\n\n1,2\n3,4\n").lines.empty());
  EXPECT_EQ(parse("a\n1\n\"\"\n3\n").columns[0].missing, 1);
}

TEST(Names, AreMadeUniqueAndComplete) {
  const Table table = parse("x,x,,x.1,x\n1,2,3,4,5\n");
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"x", "x.2", "column_3", "x.1", "x.3"}));
  EXPECT_TRUE(has(notice(table, "column-names"), "3 column names are"))
      << notice(table, "column-names");
}

// ---- missing cells ----

TEST(Missing, IsWhatPandasTakesForIt) {
  std::string text = "n,t\n";
  for (const char* token : {"",     "#N/A",   "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN",
                            "-nan", "1.#IND", "1.#QNAN",  "<NA>", "N/A",     "NA",       "NULL",
                            "NaN",  "n/a",    "nan",      "null", " NA ",    "\"\"",     "\" \""}) {
    text += fmt::format("{},x\n", token);
  }
  text += "7,x\n";
  const Table table = parse(text);
  EXPECT_EQ(table.columns[0].type, ColumnType::number);
  EXPECT_EQ(table.columns[0].missing, 21);
  EXPECT_EQ(table.columns[0].distinct, 1);
  EXPECT_TRUE(table.columns[0].is_missing(0));
  EXPECT_FALSE(table.columns[0].is_missing(21));
}

TEST(Missing, TakesFurtherTokensOfAllAndOfOneColumn) {
  ReadOptions options;
  options.missing = {"-", "no answer"};
  options.columns.push_back({"b", {}, "", {"99"}});
  const Table table = parse("a,b\n1,-\n99,99\n-,no answer\n4,5\n", options);
  EXPECT_EQ(table.columns[0].missing, 1);
  EXPECT_EQ(table.columns[1].missing, 3);
  options.default_missing = false;
  EXPECT_EQ(parse("a,b\nNA,1\n,2\nx,3\nNA,4\n", options).columns[0].missing, 1);
}

// ---- bad input ----

TEST(Refused, IsWhatHoldsNoTable) {
  EXPECT_TRUE(has(fault_of(""), "survey.csv: is empty"));
  EXPECT_TRUE(has(fault_of("\n\n \n"), "blank lines only"));
  EXPECT_TRUE(has(fault_of("\xEF\xBB\xBF"), "blank lines only"));
  EXPECT_TRUE(has(fault_of("a,b\n"), "holds column names and no rows"));
  EXPECT_TRUE(has(fault_of("a,b"), "holds column names and no rows"));
  EXPECT_TRUE(has(fault_of(std::string_view("a,b\n1,\0\n", 8)), "survey.csv:2: a NUL byte"));
  EXPECT_TRUE(has(fault_of("a,b\n1,\"2\n3,4\n"), "survey.csv:2:2: a quote opens here"));
  EXPECT_TRUE(has(fault_of(std::string(5 << 20, 'x')), "survey.csv:1:1: a cell longer than 1 MiB"));
}

TEST(Refused, IsANumberThatIsNone) {
  ReadOptions options;
  options.columns.push_back({"Effort", ColumnType::number, "", {}});
  const std::string fault = fault_of("id,Effort\n1,2\n2,abc\n", options);
  EXPECT_EQ(fault.find("survey.csv:3:2: 'abc' in number column 'Effort'; "), 0U) << fault;
  for (const char* cell : {"inf", "-Inf", "INFINITY", "NAN", "1e308", "1e400", "-3.5e38"}) {
    EXPECT_TRUE(has(fault_of(fmt::format("id,Effort\n1,2\n2,{}\n", cell)), "survey.csv:3:2: '"))
        << cell;
  }
  EXPECT_EQ(fault_of("id,Effort\n1,2\n2,3.4028234e38\n"), "");
  EXPECT_EQ(parse("id,Effort\n1,2\n2,1e-400\n").columns[1].values[1], 0);
}

TEST(Refused, IsAnUnknownColumn) {
  ReadOptions options;
  options.columns.push_back({"efort", ColumnType::number, "", {}});
  EXPECT_TRUE(has(fault_of<UsageError>("id,Effort\n1,2\n", options), "did you mean 'Effort'?"));
  options.columns[0].name = "something else";
  EXPECT_TRUE(has(fault_of<UsageError>("id,Effort\n1,2\n", options), "cohort describe"));
}

// ---- files ----

class Files : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string read_fault(const std::string& path) {
    try {
      ThreadPool pool(1);
      (void)read_table(path, {}, pool);
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      fmt::format("cohort-reader-{}-{}", ::getpid(),
                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(Files, AreReadOrRefused) {
  const std::string path = (folder_ / "s.csv").string();
  std::ofstream(path) << "a,b\n1,2\n";
  ThreadPool pool(2);
  const Table table = read_table(path, {}, pool);
  EXPECT_EQ(table.source, path);
  EXPECT_EQ(table.rows, 1);
  EXPECT_TRUE(has(read_fault((folder_ / "absent").string()), "No such file"));
  EXPECT_TRUE(has(read_fault(folder_.string()), "is a directory"));
  std::ofstream(path, std::ios::trunc) << "";
  EXPECT_TRUE(has(read_fault(path), "is empty"));
}

TEST_F(Files, TellTheirProgress) {
  const std::string text = "a,b\n" + std::string(1000, '\n') + "1,2\n";
  ReadOptions options;
  std::int64_t last = 0;
  std::int64_t total = 0;
  options.progress = [&](const Progress& progress) {
    EXPECT_GT(progress.done, last);
    last = progress.done;
    total = progress.total;
  };
  ThreadPool pool(1);
  (void)parse_in_chunks(text, "s", options, pool, 64);
  EXPECT_EQ(last, total);
  EXPECT_EQ(total, 1004);  // each byte is read once
}

TEST(Nearest, FindsSlipsOfTheFinger) {
  const std::vector<std::string> names = {"Effort", "Degree", "IsML", "HoursElapsed"};
  EXPECT_EQ(nearest("Efort", names), "Effort");
  EXPECT_EQ(nearest("effort", names), "Effort");
  EXPECT_EQ(nearest("Deegre", names), "Degree");
  EXPECT_EQ(nearest("HoursElasped", names), "HoursElapsed");
  EXPECT_EQ(nearest("ismL", names), "IsML");
  EXPECT_EQ(nearest("Salary", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest("x", {}), "");
}

}  // namespace
}  // namespace cohort
