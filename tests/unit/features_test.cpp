#include "cohort/features.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/support/tables.hpp"

namespace cohort {
namespace {

using test::kNaN;
using test::numbers;
using test::table_of;
using test::texts;
using Names = std::vector<std::string>;

FeatureMatrix build(const Table& table, const std::string& toml) {
  return build_features(table, parse_recipe(toml, "r.toml"));
}

Names names_of(const FeatureMatrix& features) {
  Names names;
  for (const Feature& feature : features.features) names.push_back(feature.name);
  return names;
}

std::vector<float> column(const FeatureMatrix& features, std::int64_t j) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < features.x.rows(); ++i) values.push_back(features.x(i, j));
  return values;
}

bool told(const FeatureMatrix& features, const std::string& text) {
  for (const Notice& notice : features.notices) {
    if (notice.text == text) return true;
  }
  for (const Notice& notice : features.notices) ADD_FAILURE() << "only told: " << notice.text;
  return false;
}

template <class Expected>
std::string message_of(const Table& table, const std::string& toml) {
  try {
    (void)build(table, toml);
  } catch (const Expected& error) {
    return error.what();
  }
  return "accepted";
}

Table small() {
  return table_of({numbers("Age", {30, 40, 50, 20}), texts("City", {"b", "a", "c", "a"})});
}

TEST(Encode, NumbersAndBooleansStayAndReverseInTheirRange) {
  const Table table =
      table_of({numbers("Age", {30, 45, 50, 20}), numbers("Yes", {1, 1, 0, 1}, ColumnType::boolean),
                numbers("Always", {1, 1, 1, 1}, ColumnType::boolean)});
  const auto plain = build(table, "");
  EXPECT_EQ(names_of(plain), (Names{"Age", "Yes"}));
  EXPECT_EQ(column(plain, 0), (std::vector<float>{30, 45, 50, 20}));
  EXPECT_EQ(plain.features[1].kind, FeatureKind::boolean);
  const auto reversed =
      build(table, "[columns.Age]\nreverse = true\n[columns.Always]\nreverse = true");
  EXPECT_EQ(column(reversed, 0), (std::vector<float>{40, 25, 20, 50}));
  EXPECT_EQ(column(reversed, 2), (std::vector<float>{0, 0, 0, 0}));
}

TEST(Encode, CodesCountTheSortedValuesAndAMissingOneComesFirst) {
  const Table table = table_of({texts("City", {"b", "", "c", "a", "b"})});
  const auto features = build(table, "");
  EXPECT_EQ(column(features, 0), (std::vector<float>{3, 1, 4, 2, 3}));
  EXPECT_EQ(features.features[0].levels, (Names{"", "a", "b", "c"}));
  EXPECT_EQ(features.features[0].kind, FeatureKind::codes);
  EXPECT_TRUE(told(features, "City: 1 missing value, coded as 1"));
  const auto complete = build(small(), "");
  EXPECT_EQ(column(complete, 1), (std::vector<float>{2, 1, 3, 1}));
  EXPECT_EQ(complete.features[1].levels, (Names{"a", "b", "c"}));
}

TEST(Encode, CodesOfNumbersSortByValue) {
  const Table table = table_of({numbers("Q", {10, 9, -1, 10})});
  const auto features = build(table, "[columns.Q]\nencoding = \"codes\"");
  EXPECT_EQ(column(features, 0), (std::vector<float>{3, 2, 1, 3}));
  EXPECT_EQ(features.features[0].levels, (Names{"-1", "9", "10"}));
}

TEST(Encode, CodesFollowDeclaredLevelsSorted) {
  const auto features = build(small(), "[columns.City]\nlevels = [\"d\", \"c\", \"b\", \"a\"]");
  EXPECT_EQ(column(features, 1), (std::vector<float>{2, 1, 3, 1}));
  EXPECT_EQ(features.features[1].levels.size(), 4U);
}

TEST(Encode, AnOwnPolicyTakesTheCodeOfMissingAway) {
  const Table table = table_of({texts("City", {"b", "", "b", "a"})});
  const auto dropped = build(table, "[columns.City]\nmissing = \"drop-row\"");
  EXPECT_EQ(column(dropped, 0), (std::vector<float>{2, 2, 1}));
  const auto mode = build(table, "[columns.City]\nmissing = \"mode\"");
  EXPECT_EQ(column(mode, 0), (std::vector<float>{2, 2, 2, 1}));
  const auto indicator = build(table, "[columns.City]\nmissing = \"indicator\"");
  EXPECT_EQ(names_of(indicator), (Names{"City", "City (missing)"}));
  EXPECT_EQ(column(indicator, 0), (std::vector<float>{2, 2, 2, 1}));
  EXPECT_EQ(column(indicator, 1), (std::vector<float>{0, 1, 0, 0}));
  EXPECT_EQ(message_of<UsageError>(table, "[columns.City]\nmissing = \"median\""),
            "r.toml:1:1: the codes of column 'City' have no mean or median; its missing can be "
            "\"mode\", \"indicator\" or \"drop-row\"");
}

TEST(Encode, OrdinalTakesTheDeclaredOrder) {
  const Table table = table_of({texts("Mood", {"good", "bad", "fine", "bad"})});
  const std::string section =
      "[columns.Mood]\nencoding = \"ordinal\"\nlevels = [\"bad\", \"fine\", \"good\", \"best\"]";
  const auto features = build(table, section);
  EXPECT_EQ(column(features, 0), (std::vector<float>{3, 1, 2, 1}));
  EXPECT_EQ(features.features[0].kind, FeatureKind::ordinal);
  const auto reversed = build(table, section + "\nreverse = true");
  EXPECT_EQ(column(reversed, 0), (std::vector<float>{2, 4, 3, 4}));
  EXPECT_EQ(reversed.features[0].levels, (Names{"best", "good", "fine", "bad"}));
}

TEST(Encode, OneHotGivesAnIndicatorForEachLevelInPlace) {
  Table table = small();
  table.columns.push_back(numbers("Last", {1, 2, 3, 5}));
  const auto features = build(table, "[columns.City]\nencoding = \"one-hot\"");
  EXPECT_EQ(names_of(features), (Names{"Age", "City=a", "City=b", "City=c", "Last"}));
  EXPECT_EQ(column(features, 1), (std::vector<float>{0, 1, 0, 1}));
  EXPECT_EQ(column(features, 2), (std::vector<float>{1, 0, 0, 0}));
  EXPECT_EQ(features.features[2].kind, FeatureKind::indicator);
  EXPECT_EQ(features.features[2].column, "City");
  EXPECT_DOUBLE_EQ(features.features[2].block_weight, 1 / std::sqrt(3.0));
  EXPECT_EQ(features.features[0].block_weight, 1);
  const auto declared =
      build(table, "[columns.City]\nencoding = \"one-hot\"\nlevels = [\"c\", \"b\", \"a\", \"z\"]");
  EXPECT_EQ(names_of(declared), (Names{"Age", "City=c", "City=b", "City=a", "City=z", "Last"}));
  EXPECT_EQ(declared.features[1].block_weight, 0.5);
}

TEST(Encode, MultiSplitsAtTheSeparatorAndTrims) {
  const Table table =
      table_of({texts("Likes", {"tea; rum", "rum", " tea ;;rum;rum", ";"}, ColumnType::text)});
  const auto features = build(table, "[columns.Likes]\nencoding = \"multi\"\nseparator = \";\"");
  EXPECT_EQ(names_of(features), (Names{"Likes=rum", "Likes=tea"}));
  EXPECT_EQ(column(features, 0), (std::vector<float>{1, 1, 1, 0}));
  EXPECT_EQ(column(features, 1), (std::vector<float>{1, 0, 1, 0}));
  EXPECT_DOUBLE_EQ(features.features[0].block_weight, std::sqrt(0.5));
}

TEST(Encode, AnUndeclaredLevelIsNamedWithItsLine) {
  EXPECT_EQ(message_of<DataError>(
                small(), "[columns.City]\nencoding = \"one-hot\"\nlevels = [\"a\", \"b\"]"),
            "survey.csv:4:2: 'c' in column 'City' is not among the levels that the recipe declares "
            "(r.toml:1:1)");
  const Table likes = table_of({texts("Likes", {"tea", "tea|rumm"}, ColumnType::text)});
  EXPECT_EQ(message_of<DataError>(likes,
                                  "[columns.Likes]\nencoding = \"multi\"\nseparator = \"|\"\n"
                                  "levels = [\"tea\", \"rum\"]"),
            "survey.csv:3:1: 'rumm' in column 'Likes' is not among the levels that the recipe "
            "declares (r.toml:1:1); did you mean 'rum'?");
}

TEST(Encode, WhatHasNoOrderCannotBeReversed) {
  EXPECT_EQ(message_of<UsageError>(small(), "[columns.City]\nreverse = true"),
            "r.toml:1:1: column 'City' cannot be reversed: it is neither a number nor encoded as "
            "\"ordinal\"");
}

Table with_gaps() {
  return table_of({numbers("Age", {30, kNaN, 50, 20, 20}), numbers("Pay", {1, 2, kNaN, kNaN, 4}),
                   numbers("Size", {5, 6, 7, 8, 9})});
}

TEST(Missing, RowsAreDroppedAndCounted) {
  const auto features = build(with_gaps(), "");
  EXPECT_EQ(features.rows, (std::vector<std::int64_t>{0, 4}));
  EXPECT_EQ(features.input_rows, 5);
  EXPECT_EQ(column(features, 2), (std::vector<float>{5, 9}));
  EXPECT_TRUE(told(features, "dropped 3 of 5 rows: Age missing in 1, Pay missing in 2"));
  const auto kept = build(with_gaps(), "[features]\ndrop = [\"Pay\"]");
  EXPECT_EQ(kept.rows, (std::vector<std::int64_t>{0, 2, 3, 4}));
  EXPECT_TRUE(told(kept, "missing cells in columns that are no features: Pay 2"));
}

TEST(Missing, MeanMedianAndModeFillOverAllRows) {
  const auto filled =
      build(with_gaps(), "[columns.Pay]\nmissing = \"mean\"\n[features]\nmissing = \"median\"");
  EXPECT_EQ(column(filled, 0), (std::vector<float>{30, 25, 50, 20, 20}));
  EXPECT_EQ(column(filled, 1), (std::vector<float>{1, 2, 7.0F / 3, 7.0F / 3, 4}));
  EXPECT_TRUE(told(filled, "missing cells filled with the column's median: Age 1 (25)"));
  EXPECT_TRUE(told(filled, "missing cells filled with the column's mean: Pay 2 (2.33333)"));
  const auto mode = build(with_gaps(), "[features]\nmissing = \"mode\"");
  EXPECT_EQ(column(mode, 0), (std::vector<float>{30, 20, 50, 20, 20}));
  EXPECT_EQ(column(mode, 1), (std::vector<float>{1, 2, 1, 1, 4}));  // a tie: the lowest
}

TEST(Missing, IndicatorsFollowTheirColumn) {
  const auto features = build(with_gaps(), "[features]\nmissing = \"indicator\"");
  EXPECT_EQ(names_of(features), (Names{"Age", "Age (missing)", "Pay", "Pay (missing)", "Size"}));
  EXPECT_EQ(column(features, 2), (std::vector<float>{1, 2, 2, 2, 4}));
  EXPECT_EQ(column(features, 3), (std::vector<float>{0, 0, 1, 1, 0}));
  EXPECT_EQ(features.features[3].kind, FeatureKind::indicator);
}

TEST(Missing, ABlockOfIndicatorsIsFilledAsOneAnswer) {
  const Table table = table_of({texts("City", {"b", "", "b", "a", "c"})});
  const std::string section = "[columns.City]\nencoding = \"one-hot\"\nmissing = ";
  EXPECT_EQ(build(table, section + "\"drop-row\"").rows, (std::vector<std::int64_t>{0, 2, 3, 4}));
  for (const char* policy : {"\"mode\"", "\"median\""}) {
    const auto filled = build(table, section + policy);
    EXPECT_EQ(column(filled, 0), (std::vector<float>{0, 0, 0, 1, 0}));
    EXPECT_EQ(column(filled, 1), (std::vector<float>{1, 1, 1, 0, 0}));
  }
  EXPECT_EQ(column(build(table, section + "\"mean\""), 1), (std::vector<float>{1, 0.5F, 1, 0, 0}));
  const auto marked = build(table, section + "\"indicator\"");
  EXPECT_EQ(names_of(marked), (Names{"City=a", "City=b", "City=c", "City (missing)"}));
  EXPECT_EQ(column(marked, 1), (std::vector<float>{1, 0, 1, 0, 0}));
  EXPECT_EQ(column(marked, 3), (std::vector<float>{0, 1, 0, 0, 0}));
}

TEST(Missing, NoCompleteRowIsAnError) {
  const Table table = table_of(
      {numbers("a", {1, kNaN, 2}), numbers("b", {kNaN, 5, kNaN}), numbers("c", {1, 2, 4})});
  EXPECT_EQ(message_of<DataError>(table, "[columns.b]\ntype = \"number\""),
            "survey.csv: no row is complete: a missing in 1, b missing in 2; drop such columns "
            "under [features] drop, or fill their cells with [features] missing = \"median\"");
}

TEST(Weights, AreTakenOfTheRowsKept) {
  const Table table = table_of({numbers("a", {1, 2, 4, kNaN}), numbers("w", {0.5, kNaN, 0, 3})});
  const auto features = build(table, "[features]\nweight = \"w\"");
  EXPECT_EQ(names_of(features), Names{"a"});
  EXPECT_EQ(features.weights, (std::vector<float>{0.5, 0}));
  EXPECT_TRUE(told(features, "dropped 2 of 4 rows: a missing in 1, w missing in 1"));
  EXPECT_TRUE(told(features, "1 row with weight zero in 'w': kept, without influence"));
}

TEST(Weights, AreRefusedWhereTheyAreNoWeights) {
  Table table = table_of({numbers("a", {1, 2, 4}), numbers("w", {1, -0.5, 2})});
  table.lines = {2, 7, 9};
  EXPECT_EQ(
      message_of<DataError>(table, "[features]\nweight = \"w\""),
      "survey.csv:7:2: column 'w' gives the weight -0.5; weights are numbers from 0 to 3.4e38");
  EXPECT_EQ(message_of<DataError>(table_of({numbers("a", {1, 2}), numbers("w", {0, 0})}),
                                  "[features]\nweight = \"w\""),
            "survey.csv: every weight in column 'w' is zero; nothing would count");
  EXPECT_EQ(message_of<DataError>(small(), "[features]\nweight = \"City\""),
            "r.toml:2:1: the weights 'City' must be numbers, and the column is a category");
}

TEST(Ids, KeepTheTextOfEveryInputRow) {
  Table table = table_of({numbers("Nr", {7, 8.25, kNaN, -0.0}), texts("Key", {"x", "", "y", "z"}),
                          numbers("At", {0, 86399, 1540829109, kNaN}, ColumnType::datetime),
                          numbers("Ok", {1, 0, 1, kNaN}, ColumnType::boolean),
                          numbers("a", {1, kNaN, 3, 5})});
  table.columns[3].true_text = "yes";
  table.columns[3].false_text = "no";
  const auto features = build(table, "[features]\nid = [\"Key\", \"Nr\", \"At\", \"Ok\"]");
  EXPECT_EQ(names_of(features), Names{"a"});
  EXPECT_EQ(features.kept_rows(), 3);
  ASSERT_EQ(features.ids.size(), 4U);
  EXPECT_EQ(features.ids[0].text, (Names{"x", "", "y", "z"}));
  EXPECT_EQ(features.ids[1].text, (Names{"7", "8.25", "", "0"}));
  EXPECT_EQ(features.ids[2].text,
            (Names{"1970-01-01 00:00:00", "1970-01-01 23:59:59", "2018-10-29 16:05:09", ""}));
  EXPECT_EQ(features.ids[3].text, (Names{"yes", "no", "yes", ""}));
}

TEST(Choice, KeepTakesThoseAndDropWins) {
  Table table = small();
  table.columns.push_back(numbers("c", {1, 2, 3, 5}));
  EXPECT_EQ(names_of(build(table, "[features]\nkeep = [\"c\", \"City\"]\ndrop = [\"City\"]")),
            Names{"c"});
  EXPECT_EQ(names_of(build(table, "[read]\ndrop = [\"Age\"]\n[features]\nid = [\"c\"]")),
            Names{"City"});
  const std::string derive = "[[derive]]\nname = \"z\"\nfrom = \"Age\"\nstandardize = true\n";
  EXPECT_EQ(names_of(build(table, derive)), (Names{"Age", "City", "c", "z"}));
  EXPECT_EQ(names_of(build(table, derive + "[features]\nkeep = [\"c\", \"z\"]")),
            (Names{"c", "z"}));
  EXPECT_EQ(names_of(build(table, derive + "[features]\ndrop = [\"z\", \"Age\"]")),
            (Names{"City", "c"}));
}

TEST(Choice, NamesThatTheTableLacksAreErrorsWithTheirPlace) {
  const auto error = [](const std::string& toml) { return message_of<UsageError>(small(), toml); };
  EXPECT_EQ(error("[features]\ndrop = [\"Age\",\n  \"Ciyt\"]"),
            "r.toml:3:3: no column 'Ciyt'; did you mean 'City'?");
  EXPECT_EQ(error("[features]\nkeep = [\"Zzzzz\"]"),
            "r.toml:2:9: no column 'Zzzzz'; there are Age, City");
  EXPECT_EQ(error("[features]\nid = [\"age\"]"),
            "r.toml:2:7: no column 'age'; did you mean 'Age'?");
  EXPECT_EQ(error("[features]\nweight = \"Agee\""),
            "r.toml:2:1: no column 'Agee'; did you mean 'Age'?");
  EXPECT_EQ(error("[read]\ndrop = [\"Agee\"]"),
            "r.toml:2:9: no column 'Agee'; did you mean 'Age'?");
  EXPECT_EQ(error("\n[columns.Agee]\nna = [\"9\"]"),
            "r.toml:2:1: no column 'Agee'; did you mean 'Age'?");
  EXPECT_EQ(error("[[derive]]\nname = \"z\"\nfrom = \"Agee\"\nstandardize = true"),
            "r.toml:3:1: no column 'Agee'; did you mean 'Age'?");
  EXPECT_EQ(error("[[derive]]\nname = \"Age\"\nfrom = \"Age\"\nstandardize = true"),
            "r.toml:1:1: there is a column 'Age' already; derive another name");
  EXPECT_EQ(error("[correlation]\ndrop = [\"Citi\"]"),
            "r.toml:2:9: no feature 'Citi'; did you mean 'City'?");
  EXPECT_EQ(error("[columns.Age]\ntype = \"category\""),
            "r.toml:1:1: column 'Age' was read as number and not as category; read the survey "
            "with this recipe");
  Recipe by_hand;
  by_hand.features.id = {"Agee"};
  try {
    (void)build_features(small(), by_hand);
    FAIL();
  } catch (const UsageError& usage) {
    EXPECT_STREQ(usage.what(), "no column 'Agee'; did you mean 'Age'?");
  }
}

TEST(Values, ThatDoNotFitFloat32AreNamed) {
  EXPECT_EQ(message_of<DataError>(table_of({numbers("a", {1, 1e39, 2})}), ""),
            "survey.csv:3:1: 'a' is 1e+39, which does not fit a 32-bit number (up to 3.4e38); "
            "correct the cell or drop the column");
  EXPECT_EQ(message_of<DataError>(table_of({numbers("a", {1, 2, INFINITY})}), ""),
            "survey.csv:4:1: column 'a' is infinite; declare the cell as missing or correct it");
}

TEST(Values, FeatureNamesStayUnique) {
  const Table table = table_of({texts("City", {"a", "b", "a"}), numbers("City=a", {1, 2, 4})});
  EXPECT_EQ(message_of<DataError>(table, "[columns.City]\nencoding = \"one-hot\""),
            "survey.csv: two features would be called 'City=a'; rename a column or drop one under "
            "[features] drop");
}

TEST(WithoutFeatures, LeavesTheOthersAndTheirRows) {
  const auto features = build(with_gaps(), "");
  ThreadPool pool(2);
  const auto rest = without_features(features, {"Pay"}, pool);
  EXPECT_EQ(names_of(rest), (Names{"Age", "Size"}));
  EXPECT_EQ(column(rest, 1), (std::vector<float>{5, 9}));
  EXPECT_EQ(rest.rows, features.rows);
  EXPECT_EQ(rest.notices.size(), features.notices.size());
  EXPECT_THROW((void)without_features(features, {"Payy"}, pool), UsageError);
  EXPECT_THROW((void)without_features(features, {"Pay", "Size", "Age"}, pool), DataError);
}

TEST(FeaturesOf, NamesTheColumnsOfABareMatrix) {
  const auto features = features_of(Matrix<float>(2, 3, {1, 2, 3, 4, 5, 6}), "x.npy");
  EXPECT_EQ(names_of(features), (Names{"x0", "x1", "x2"}));
  EXPECT_TRUE(features.rows.empty());
  EXPECT_EQ(features.kept_rows(), 2);
  EXPECT_EQ(features.input_row(1), 1);
  EXPECT_EQ(features.x(1, 0), 4);
  EXPECT_THROW((void)features_of(Matrix<float>(0, 3), "x.npy"), DataError);
  EXPECT_THROW((void)features_of(Matrix<float>(1, 1, {INFINITY}), "x.npy"), DataError);
}

TEST(AnswerCodes, AreEqualWhereAnswersAre) {
  const Table table = table_of({numbers("a", {2, -0.0, kNaN, 0.0, 2}),
                                texts("b", {"x", "", "y", "x", "x"}, ColumnType::text),
                                numbers("t", {5, 5, 6, kNaN, 5}, ColumnType::datetime)});
  const auto answers = answer_codes(table);
  ASSERT_EQ(answers.rows(), 5);
  ASSERT_EQ(answers.cols(), 3);
  for (std::int64_t j = 0; j < 3; ++j) EXPECT_EQ(answers(0, j), answers(4, j));
  EXPECT_EQ(answers(1, 0), answers(3, 0));
  EXPECT_NE(answers(0, 0), answers(1, 0));
  EXPECT_EQ(answers(2, 0), -1);
  EXPECT_EQ(answers(1, 1), -1);
  EXPECT_NE(answers(2, 1), answers(3, 1));
  EXPECT_EQ(answers(0, 2), answers(1, 2));
  EXPECT_EQ(answers(3, 2), -1);
}

}  // namespace
}  // namespace cohort
