#include "host/survey/types.hpp"

#include <charconv>
#include <limits>
#include <random>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "host/survey/distinct_values.hpp"
#include "host/survey/numbers.hpp"
#include "host/survey/sentinels.hpp"
#include "tests/support/said.hpp"

namespace cohort {
namespace {

using test::has;
using test::notice;

// A table of one column "q" and a second that keeps blank cells from being blank lines.
Table column_of(const std::vector<std::string>& cells, const ColumnHint& hint = {}) {
  std::string text = "q,other\n";
  for (const std::string& cell : cells) text += cell + ",7\n";
  ReadOptions options;
  options.header = true;
  if (!hint.name.empty()) options.columns.push_back(hint);
  ThreadPool pool(1);
  return parse_table(text, "survey.csv", options, pool);
}

ColumnType type_of(const std::vector<std::string>& cells) {
  return column_of(cells).columns[0].type;
}

std::string fault_of(const std::vector<std::string>& cells, const ColumnHint& hint) {
  try {
    (void)column_of(cells, hint);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> repeated(const std::vector<std::string>& cells, int times) {
  std::vector<std::string> all;
  for (int i = 0; i < times; ++i) all.insert(all.end(), cells.begin(), cells.end());
  return all;
}

// ---- numbers ----

TEST(Numbers, AreReadWhole) {
  const auto value = [](std::string_view text, char decimal = '.') {
    double number = -77;
    EXPECT_TRUE(looks_like_number(text, decimal)) << text;
    EXPECT_EQ(parse_number(text, decimal, number), NumberFault::none) << text;
    return number;
  };
  EXPECT_EQ(value("1"), 1);
  EXPECT_EQ(value("+1.5"), 1.5);
  EXPECT_EQ(value("-.5"), -0.5);
  EXPECT_EQ(value("5."), 5);
  EXPECT_EQ(value("1e3"), 1000);
  EXPECT_EQ(value("1E-3"), 0.001);
  EXPECT_EQ(value("0.1"), 0.1);
  EXPECT_EQ(value("007"), 7);
  EXPECT_EQ(value("1,5", ','), 1.5);
  EXPECT_EQ(value("-1,5e2", ','), -150);
  EXPECT_EQ(value("0," + std::string(80, '3'), ','), 1.0 / 3);
  EXPECT_EQ(value("0." + std::string(400, '0') + "1"), 0);
  for (const char* text : {"", "+", "-", ".", "1.2.3", "1,5", "e5", "1e", "1e+", "0x10", "1 2",
                           "+-1", "--1", "1a", "in", "infinit", "nanx",
                           "\xC2\xA0"
                           "1"}) {
    double number = 0;
    EXPECT_FALSE(looks_like_number(text, '.')) << text;
    EXPECT_EQ(parse_number(text, '.', number), NumberFault::not_a_number) << text;
  }
  EXPECT_FALSE(looks_like_number("1.5", ','));
}

TEST(Numbers, LookLikeWhatIsParsed) {
  constexpr std::string_view kLetters = "0123.+-eE";
  int numbers = 0;
  for (unsigned seed = 0; seed < 200000; ++seed) {
    std::minstd_rand random(seed + 1);
    random.discard(5);
    std::string text;
    for (unsigned i = random() % 7 + 1; i > 0; --i) text += kLetters[random() % kLetters.size()];
    double number = 0;
    const bool parsed = parse_number(text, '.', number) != NumberFault::not_a_number;
    ASSERT_EQ(looks_like_number(text, '.'), parsed) << text;
    numbers += parsed;
  }
  EXPECT_GT(numbers, 10000);
}

TEST(Numbers, MixedWithFewOthersAreTextAndPointedOut) {
  std::vector<std::string> cells = repeated({"1", "2", "3", "4"}, 24);
  cells.insert(cells.begin() + 10, "refused");
  const Table table = column_of(cells);
  EXPECT_TRUE(table.columns[0].is_coded());
  const std::string said = notice(table, "nearly-number");
  EXPECT_TRUE(has(said,
                  "96 numbers and 1 cell other than a number, the first 'refused' "
                  "(survey.csv:12:1)"))
      << said;
  EXPECT_EQ(notice(column_of(repeated({"1", "2", "x"}, 30)), "nearly-number"), "");
  EXPECT_EQ(notice(column_of({"1", "2", "x"}), "nearly-number"), "");
}

TEST(Numbers, ThatAreCodesAreNotRounded) {
  const Table ids = column_of({"12345678901234567", "12345678901234568", "12345678901234569"});
  EXPECT_TRUE(ids.columns[0].is_coded());
  EXPECT_EQ(ids.columns[0].distinct, 3);
  EXPECT_FALSE(notice(ids, "long-numbers").empty());
  const Table codes = column_of({"400001", "007", "400002"});
  EXPECT_EQ(codes.columns[0].type, ColumnType::number);
  EXPECT_TRUE(has(notice(codes, "leading-zeros"), "'007' (survey.csv:3:1)"));
  EXPECT_EQ(notice(column_of({"0", "5", "0.5"}), "leading-zeros"), "");
}

// ---- booleans ----

TEST(Booleans, AreOnePairOfWords) {
  for (const auto& [yes, no] : std::vector<std::pair<std::string, std::string>>{{"True", "False"},
                                                                                {"TRUE", "false"},
                                                                                {"yes", "No"},
                                                                                {"T", "F"},
                                                                                {"y", "N"},
                                                                                {"1", "0"}}) {
    const Table table = column_of({no, yes, "", yes});
    const Column& column = table.columns[0];
    EXPECT_EQ(column.type, ColumnType::boolean) << yes;
    EXPECT_EQ(column.true_text, yes);
    EXPECT_EQ(column.false_text, no);
    EXPECT_EQ(column.values[0], 0);
    EXPECT_EQ(column.values[1], 1);
    EXPECT_EQ(column.missing, 1);
    EXPECT_EQ(column.distinct, 2);
  }
  EXPECT_EQ(type_of({"yes", "yes", ""}), ColumnType::boolean);
  EXPECT_EQ(type_of({"1", "1", "1"}), ColumnType::number);
  EXPECT_EQ(type_of({"y", "y", "y"}), ColumnType::category);
  EXPECT_EQ(type_of({"yes", "false", "no", "true"}), ColumnType::text);
  EXPECT_EQ(type_of({"0", "1", "2"}), ColumnType::number);
  EXPECT_EQ(type_of({"yes", "no", "maybe", "yes", "no", "maybe"}), ColumnType::category);
}

TEST(Booleans, ThatAreToldMustFit) {
  const ColumnHint hint{"q", ColumnType::boolean, "", {}};
  EXPECT_EQ(column_of({"1", "1"}, hint).columns[0].values[1], 1);
  EXPECT_TRUE(
      has(fault_of({"yes", "no", "maybe"}, hint), "survey.csv:4:1: 'maybe' in boolean column 'q'"));
  EXPECT_TRUE(has(fault_of({"yes", "0"}, hint), "survey.csv:3:1: '0' in boolean"));
}

// ---- dates ----

TEST(Dates, AreReadWhereTheirOrderIsProved) {
  const Table days = column_of({"01/02/2018", "03/04/2018", "13/05/2018"});
  EXPECT_EQ(days.columns[0].type, ColumnType::datetime);
  EXPECT_EQ(days.columns[0].format, "%d/%m/%Y");
  EXPECT_TRUE(has(notice(days, "date-order"), "'13/05/2018' on line 4 proves"));
  EXPECT_EQ(days.columns[0].values[0], 1517443200);  // the first of February
  EXPECT_EQ(column_of({"01/02/2018", "05/13/2018"}).columns[0].format, "%m/%d/%Y");
  EXPECT_EQ(column_of({"1.2.18 9:05", "31.12.18 19:05"}).columns[0].format, "%d.%m.%y %H:%M");
  const Table iso = column_of({"2018-01-02", "2018-01-02T10:00:00Z", ""});
  EXPECT_EQ(iso.columns[0].format, "ISO8601");
  EXPECT_EQ(iso.columns[0].missing, 1);
  EXPECT_EQ(iso.columns[0].distinct, 2);
  EXPECT_EQ(notice(iso, "date-order"), "");
  EXPECT_EQ(column_of({"2018/10/29 4:05:09 PM GMT+2"}).columns[0].type, ColumnType::datetime);
  EXPECT_EQ(column_of({"29-Oct-2018"}).columns[0].format, "%d-%b-%Y");
}

TEST(Dates, AreNotGuessed) {
  const Table table = column_of({"01/02/2018", "03/04/2018", "05/06/2018", "01/02/2018"});
  EXPECT_TRUE(table.columns[0].is_coded());
  const std::string said = notice(table, "ambiguous-dates");
  EXPECT_TRUE(has(said, "format = \"%d/%m/%Y\" or format = \"%m/%d/%Y\"")) << said;
  // Both orders are proved, so neither holds.
  EXPECT_TRUE(column_of({"13/01/2018", "01/13/2018"}).columns[0].is_coded());
}

TEST(Dates, ThatAreToldMustFit) {
  EXPECT_EQ(column_of({"01/02/2018"}, {"q", {}, "%m/%d/%Y", {}}).columns[0].values[0], 1514851200);
  EXPECT_EQ(column_of({"01/02/2018"}, {"q", {}, "%m/%d/%Y", {}}).columns[0].format, "%m/%d/%Y");
  EXPECT_TRUE(has(fault_of({"01/02/2018", "13/02/2018"}, {"q", {}, "%m/%d/%Y", {}}),
                  "survey.csv:3:1: '13/02/2018' in datetime column 'q'; expected the format"));
  const ColumnHint open{"q", ColumnType::datetime, "", {}};
  EXPECT_EQ(column_of({"13/02/2018"}, open).columns[0].format, "%d/%m/%Y");
  EXPECT_TRUE(has(fault_of({"01/02/2018"}, open), "format = \"%d/%m/%Y\" or"));
  EXPECT_TRUE(has(fault_of({"today"}, open), "survey.csv:2:1: the dates of 'q', such as 'today'"));
  EXPECT_THROW((void)column_of({"x"}, {"q", {}, "%Q", {}}), UsageError);
}

// ---- texts ----

TEST(Texts, WithFewDistinctValuesAreCategories) {
  EXPECT_EQ(type_of_texts(32, 64), ColumnType::category);
  EXPECT_EQ(type_of_texts(33, 66), ColumnType::text);
  EXPECT_EQ(type_of_texts(32, 63), ColumnType::text);
  EXPECT_EQ(type_of_texts(100, 10000), ColumnType::category);
  EXPECT_EQ(type_of_texts(101, 10000), ColumnType::text);
  EXPECT_EQ(type_of_texts(1, 1), ColumnType::text);
  EXPECT_EQ(type_of_texts(0, 0), ColumnType::text);
}

TEST(Texts, AreCodedBySortedLevels) {
  const Table table = column_of({"b", "a", "", "\xC3\xA4", "B", "a", "b ", "a"});
  const Column& column = table.columns[0];
  EXPECT_EQ(column.type, ColumnType::text);
  EXPECT_EQ(column.levels, (std::vector<std::string>{"B", "a", "b", "\xC3\xA4"}));
  EXPECT_EQ(column.codes, (LargeVector<std::int32_t>{2, 1, -1, 3, 0, 1, 2, 1}));
  EXPECT_EQ(column.missing, 1);
  EXPECT_EQ(column.distinct, 4);
  EXPECT_EQ(column_of({"x", "y"}, {"q", ColumnType::category, "", {}}).columns[0].type,
            ColumnType::category);
  const Table numbers = column_of({"10", "9"}, {"q", ColumnType::category, "", {}});
  EXPECT_EQ(numbers.columns[0].levels, (std::vector<std::string>{"10", "9"}));
}

TEST(Texts, ThatAreAllMissingAreSaidToBe) {
  const Table table = column_of({"", "NA", ""});
  EXPECT_EQ(table.columns[0].type, ColumnType::text);
  EXPECT_EQ(table.columns[0].missing, 3);
  EXPECT_EQ(table.columns[0].distinct, 0);
  EXPECT_FALSE(notice(table, "all-missing").empty());
}

// ---- sentinels, distinct values ----

TEST(Sentinels, ArePointedOut) {
  std::vector<double> answers;
  for (int i = 0; i < 40; ++i) answers.push_back(i % 5 + 1);
  EXPECT_FALSE(suspected_codes("q7", answers));
  answers.push_back(99);
  answers.push_back(99);
  EXPECT_EQ(suspected_codes("q7", answers),
            "q7 holds 1 to 5 and 2 times 99, which looks like a code; declare it: na = [\"99\"]");
  answers.push_back(-1);
  answers.push_back(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(suspected_codes("q7", answers),
            "q7 holds 1 to 5 and 1 time -1 and 2 times 99, which look like codes; declare them: "
            "na = [\"-1\", \"99\"]");
  EXPECT_EQ(notice(column_of({"1", "2", "3", "99"}), "sentinel"),
            "q holds 1 to 3 and 1 time 99, which looks like a code; declare it: na = [\"99\"]");
}

TEST(Sentinels, AreNotSeenWhereTheValuesBelong) {
  std::vector<double> ages;
  for (int i = 18; i < 99; ++i) ages.push_back(i);
  EXPECT_FALSE(suspected_codes("age", ages));
  EXPECT_FALSE(suspected_codes("change", std::vector<double>{-3, -1, 0, 1, 2}));
  EXPECT_FALSE(suspected_codes("share", std::vector<double>{0.5, 0.7, 99}));
  EXPECT_FALSE(suspected_codes("code", std::vector<double>{99, 99, 99}));
  EXPECT_FALSE(suspected_codes("code", std::vector<double>{99, 99, 1}));
  EXPECT_FALSE(suspected_codes("none", {}));
}

TEST(CountDistinct, AgreesWithASet) {
  for (const int n : {0, 1, 15, 16, 17, 31, 32, 33, 1000, 100000}) {
    std::mt19937 random(static_cast<unsigned>(n));
    std::vector<double> values;
    std::set<double> set;
    for (int i = 0; i < n; ++i) {
      values.push_back(static_cast<double>(random() % (static_cast<unsigned>(n) + 1)) / 8 - 1);
      set.insert(values.back());
      if (i % 7 == 0) values.push_back(std::numeric_limits<double>::quiet_NaN());
    }
    EXPECT_EQ(count_distinct(values), static_cast<std::int64_t>(set.size())) << n;
  }
  EXPECT_EQ(count_distinct(std::vector<double>{0.0, -0.0}), 1);
}

}  // namespace
}  // namespace cohort
