#include "host/survey/dialect.hpp"

#include <gtest/gtest.h>

#include "cohort/error.hpp"

namespace cohort {
namespace {

struct Sniffed {
  Dialect dialect;
  Notices notices;
  [[nodiscard]] std::string notice(std::string_view topic) const {
    for (const Notice& notice : notices) {
      if (notice.topic == topic) return notice.text;
    }
    return "";
  }
};

Sniffed sniffed(std::string_view text, const ReadOptions& options = {}) {
  Sniffed outcome;
  outcome.dialect = sniff_dialect(text, "survey.csv", options, outcome.notices);
  return outcome;
}

char delimiter(std::string_view text) {
  return sniffed(text).dialect.delimiter;
}

TEST(Delimiter, IsSniffed) {
  EXPECT_EQ(delimiter("a,b\n1,2\n"), ',');
  EXPECT_EQ(delimiter("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(delimiter("a;b\n1;2\n"), ';');
  EXPECT_EQ(delimiter("a|b\n1|2\n"), '|');
  EXPECT_EQ(delimiter("alone\n1\n2\n"), ',');
}

TEST(Delimiter, IsNotFooledByWhatCellsHold) {
  EXPECT_EQ(delimiter("a;b\n1,5;2,5\n3,5;4,0\n"), ';');
  EXPECT_EQ(delimiter("q1,q2\na;b,1\nc;d,2\ne;f,3\n"), ',');
  EXPECT_EQ(delimiter("q1,q2\n\"a;b\",1\n\"c;d;e\",2\n"), ',');
  EXPECT_EQ(delimiter("name\tcity\nA, b\tX, y\nC, d\tZ, w\n"), '\t');
  EXPECT_EQ(delimiter("\"a,b\";c\n\"d,e\";f\n"), ';');
  EXPECT_EQ(delimiter("a,b,c\n1,2,3\n4,5\n"), ',');
  const Sniffed remarks = sniffed("comment\nfoo\nbar, baz\nqux\n");
  EXPECT_EQ(remarks.dialect.names, std::vector<std::string>{"comment"});
  EXPECT_FALSE(remarks.notice("delimiter").empty());
  EXPECT_TRUE(sniffed("comment\nfoo\nbar\n").notice("delimiter").empty());
}

TEST(Delimiter, IsTakenAsGiven) {
  ReadOptions options;
  options.delimiter = ';';
  EXPECT_EQ(sniffed("a,b\n1,2\n", options).dialect.names, std::vector<std::string>{"a,b"});
  options.delimiter = '"';
  EXPECT_THROW(sniffed("a,b\n1,2\n", options), UsageError);
  options.delimiter = ',';
  options.decimal = ',';
  EXPECT_THROW(sniffed("a,b\n1,2\n", options), UsageError);
}

TEST(Decimal, IsACommaWhereThatIsProved) {
  EXPECT_EQ(sniffed("a;b\n1,5;2\n").dialect.decimal, ',');
  EXPECT_FALSE(sniffed("a;b\n1,5;2\n").notice("decimal").empty());
  EXPECT_EQ(sniffed("a;b\n1;2\n").dialect.decimal, '.');
  EXPECT_EQ(sniffed("a;b\n1,500;2,250\n").dialect.decimal, '.');  // thousands, perhaps
  EXPECT_NE(sniffed("a;b\n1,500;2,250\n").notice("decimal").find("'1,500' may be"),
            std::string::npos);
  EXPECT_EQ(sniffed("a;b\n1,500;0,250\n").dialect.decimal, ',');
  EXPECT_EQ(sniffed("a;b\n1,500;2250,125\n").dialect.decimal, ',');
  EXPECT_EQ(sniffed("a;b\n1,5;2.5\n").dialect.decimal, '.');
  EXPECT_EQ(sniffed("a,b\n1,5\n").dialect.decimal, '.');
  ReadOptions options;
  options.decimal = ',';
  options.delimiter = ';';
  EXPECT_EQ(sniffed("a;b\n1;2\n", options).dialect.decimal, ',');
}

TEST(Preamble, IsSkippedAndReported) {
  const Sniffed outcome =
      sniffed("Wave 2 of the survey\nexported, 2024\n\nid,q1,q2,q3\n1,2,3,4\n5,6,7,8\n");
  EXPECT_EQ(outcome.dialect.names, (std::vector<std::string>{"id", "q1", "q2", "q3"}));
  EXPECT_EQ(outcome.dialect.data_line, 5);
  EXPECT_NE(outcome.notice("preamble").find("2 lines are skipped"), std::string::npos);
  EXPECT_NE(outcome.notice("preamble").find("begins on line 4: 'Wave 2 of the survey'"),
            std::string::npos);
  const Sniffed padded = sniffed("Title,,\nid,q1,q2\n1,2,3\n");
  EXPECT_EQ(padded.dialect.names, (std::vector<std::string>{"id", "q1", "q2"}));
  EXPECT_EQ(sniffed("id,q1,q2\n1,2,3\n").notice("preamble"), "");
}

// R writes one name less than there are columns: that is for a person to say, not to guess.
TEST(Preamble, IsNotAHeaderThatLacksOneName) {
  EXPECT_EQ(sniffed("a,b\n1,2,3\n4,5,6\n").dialect.names, (std::vector<std::string>{"a", "b"}));
}

TEST(Header, IsSniffed) {
  const auto header = [](std::string_view text) { return sniffed(text).dialect.has_header; };
  EXPECT_TRUE(header("a,b\n1,2\n"));
  EXPECT_TRUE(header("name,age\nAnn,30\nBob,\n"));
  EXPECT_TRUE(header("a,when\nx,2018-01-02\n"));
  EXPECT_TRUE(header("name,city\nAnn,Cluj\nBob,Iasi\n"));
  EXPECT_TRUE(header("x,x\n1,2\n"));
  EXPECT_FALSE(header("1,2\n3,4\n"));
  EXPECT_FALSE(header("Ann,30\nBob,40\n"));
  EXPECT_FALSE(header("2018-01-01,x\n2018-01-02,y\n"));
  EXPECT_FALSE(header("yes,no\nno,no\n"));
  EXPECT_FALSE(header("Ann,Cluj\nBob,Cluj\n"));
}

TEST(Header, IsSaidToBeAbsent) {
  const Sniffed outcome = sniffed("1,2\n3,4\n");
  EXPECT_EQ(outcome.dialect.names, (std::vector<std::string>{"column_1", "column_2"}));
  EXPECT_EQ(outcome.dialect.data_begin, 0U);
  EXPECT_NE(outcome.notice("header").find("line 1"), std::string::npos);
  ReadOptions options;
  options.header = true;
  EXPECT_EQ(sniffed("1,2\n3,4\n", options).dialect.names, (std::vector<std::string>{"1", "2"}));
  options.header = false;
  EXPECT_EQ(sniffed("a,b\n3,4\n", options).dialect.names.front(), "column_1");
  EXPECT_EQ(sniffed("a,b\n3,4\n", options).notice("header"), "");
}

TEST(Header, MaySpanLines) {
  const Sniffed outcome = sniffed("\"what is\nyour age?\",b\n1,2\n");
  EXPECT_EQ(outcome.dialect.names[0], "what is your age?");
  EXPECT_EQ(outcome.dialect.data_line, 3);
}

}  // namespace
}  // namespace cohort
