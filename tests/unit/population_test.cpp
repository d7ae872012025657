#include <string>

#include <gtest/gtest.h>

#include "cohort/error.hpp"
#include "cohort/generate.hpp"

namespace cohort {
namespace {

const std::string kStart = "[[segments]]\nname = \"young\"\nshare = 1\n";  // three lines

void expect_refusal(const std::string& toml, const std::string& message) {
  try {
    (void)parse_population(toml, "p.toml");
    FAIL() << "accepted: " << toml;
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()), "p.toml:" + message) << toml;
  }
}

TEST(Population, WhatIsMisspeltIsRefusedWithItsPlace) {
  expect_refusal("[[segment]]\nname = \"a\"",
                 " a population needs segments: a [[segments]] with a name and a share for each");
  expect_refusal(kStart + "[colums.A]\ntype = \"normal\"",
                 "4:2: unknown section or key 'colums'; did you mean 'columns'?");
  expect_refusal(kStart + "[columns.A]\ntype = \"gaussian\"",
                 "5:8: type in [columns.A] must be one of \"category\", \"ordinal\", \"normal\", "
                 "\"log-normal\", \"datetime\", \"identifier\", not \"gaussian\"");
  expect_refusal(kStart + "[columns.A]\ntype = \"normal\"\nmeen = 3",
                 "6:1: unknown key 'meen' in [columns.A]; did you mean 'mean'?");
  expect_refusal(kStart + "[columns.A]\ntype = \"normal\"\nsegments.yuong = { mean = 3 }",
                 "6:10: unknown key 'yuong' in [columns.A.segments]; did you mean 'young'?");
  expect_refusal(kStart + "[columns.A]\ntype = \"normal\"\nsegments.young = { median = 3 }",
                 "6:20: unknown key 'median' in [columns.A.segments.young]; did you mean 'mean'?");
}

TEST(Population, WhatCannotBeIsRefused) {
  expect_refusal(kStart, " a population needs columns: a [columns.NAME] with a type each");
  expect_refusal(kStart + kStart + "[columns.A]\ntype = \"normal\"",
                 "5:1: a segment named 'young' is there already");
  expect_refusal("[[segments]]\nname = \"a\"\nshare = 0\n",
                 "3:9: share in [[segments]] must be a number greater than 0, not 0");
  expect_refusal(kStart + "[columns.A]\nmean = 3",
                 "4:1: [columns.A] needs a type: category, ordinal, normal, log-normal, datetime "
                 "or identifier");
  expect_refusal(kStart + "[columns.A]\ntype = \"category\"",
                 "4:1: [columns.A] needs values = [\"...\", ...]");
  for (const std::string shares : {"[1]", "[1, -1]", "[0, 0]", "[1, inf]"})
    expect_refusal(
        kStart + "[columns.A]\ntype = \"category\"\nvalues = [\"x\", \"y\"]\nshares = " + shares,
        "7:10: shares in [columns.A] must be 2 numbers, one for each of the values, "
        "none below 0 and not all 0, not a list");
  expect_refusal(
      kStart + "[columns.A]\ntype = \"category\"\nvalues = [\"x\"]\nshares = [\"1\"]",
      "7:11: shares in [columns.A] must be a list of numbers, as in [1, 2.5], not of \"1\"");
  expect_refusal(kStart + "[columns.A]\ntype = \"normal\"\nstd = 0",
                 "6:7: std in [columns.A] must be a number greater than 0, not 0");
  expect_refusal(kStart + "[columns.A]\ntype = \"normal\"\nleast = 2\ngreatest = 1",
                 "7:12: greatest in [columns.A] must be at least what least is, not 1");
  expect_refusal(kStart + "[columns.A]\ntype = \"datetime\"\nfrom = \"noon\"",
                 "6:8: from in [columns.A] must be a time such as \"2024-05-01 09:00:00\", not "
                 "\"noon\"");
  expect_refusal(kStart +
                     "[columns.A]\ntype = \"datetime\"\nfrom = \"2024-05-01\"\nto = "
                     "\"2024-05-02\"\nformat = \"%d %Q\"",
                 "8:1: a datetime is not written with '%Q'; there are %Y %y %m %d %H %M %S %F %T "
                 "%R");
  expect_refusal(kStart + "[columns.A]\ntype = \"identifier\"\ntext = \"id\"",
                 "6:8: text in [columns.A] must be a string with one {} where the number goes, not "
                 "\"id\"");
  expect_refusal("[repeats]\nshare = 0.6\n" + kStart,
                 "2:9: share in [repeats] must be a number from 0 to 0.5, not 0.6");
}

TEST(Population, CorrelatesOnlyWithAnEarlierColumnOfItsOwnRight) {
  const std::string ages = kStart + "[columns.Age]\ntype = \"normal\"\n";
  const auto correlated = [](const std::string& with) {
    return "type = \"normal\"\ncorrelated = { with = \"" + with + "\", r = 0.5 }\n";
  };
  expect_refusal(ages + "[columns.B]\n" + correlated("Agee"),
                 "8:16: 'Agee' is no earlier column that is ordinal, normal or log-normal and not "
                 "itself correlated; did you mean 'Age'?");
  expect_refusal(ages + "[columns.B]\n" + correlated("B"),
                 "8:16: 'B' is no earlier column that is ordinal, normal or log-normal and not "
                 "itself correlated");
  expect_refusal(ages + "[columns.B]\n" + correlated("Age") + "[columns.C]\n" + correlated("B"),
                 "11:16: 'B' is no earlier column that is ordinal, normal or log-normal and not "
                 "itself correlated");
  expect_refusal(ages + "[columns.B]\ntype = \"normal\"\ncorrelated = { with = \"Age\" }",
                 "8:14: correlated needs a column and a number, as in { with = \"Age\", r = 0.5 }");
}

TEST(Population, TheSamplesHasItsSegmentsAndColumns) {
  const Population population = parse_population(sample_population(), "sample");
  ASSERT_EQ(population.segments.size(), 4U);
  double total = 0;
  for (const Population::Segment& segment : population.segments) total += segment.share;
  EXPECT_EQ(total, 72);
  ASSERT_EQ(population.columns.size(), 12U);
  EXPECT_EQ(population.columns.front().name, "Timestamp");
  EXPECT_EQ(population.columns.back().name, "WorkAt");
  for (const PopulationColumn& column : population.columns)
    EXPECT_EQ(column.in_segment.size(), 4U) << column.name;
  // What a segment does not say for itself holds for all.
  const PopulationColumn& knowledge = population.columns[3];
  EXPECT_EQ(knowledge.in_segment[0].center, 5);
  EXPECT_EQ(knowledge.in_segment[0].spread, 0.65);
  EXPECT_EQ(knowledge.in_segment[3].center, 4.5);
  EXPECT_EQ(knowledge.in_segment[3].spread, 1);
}

}  // namespace
}  // namespace cohort
