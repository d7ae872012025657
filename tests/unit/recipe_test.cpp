#include "cohort/recipe.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "cohort/error.hpp"
#include "cohort/sample.hpp"

namespace cohort {
namespace {

struct Bad {
  std::string toml;
  std::string message;
};

void PrintTo(const Bad& bad, std::ostream* out) {
  *out << bad.toml;
}

class BadRecipe : public ::testing::TestWithParam<Bad> {};

TEST_P(BadRecipe, IsRefusedWithItsPlace) {
  try {
    (void)parse_recipe(GetParam().toml, "r.toml");
    FAIL() << "accepted: " << GetParam().toml;
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()), "r.toml:" + GetParam().message);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Unknown, BadRecipe,
    ::testing::Values(
        Bad{"[kmeans]\nn_cluster = 4",
            "2:1: unknown key 'n_cluster' in [kmeans]; did you mean "
            "'n_clusters'?"},
        Bad{"[kmeens]\nn_clusters = 4",
            "1:2: unknown section or key 'kmeens'; did you mean 'kmeans'?"},
        Bad{"[scale]\nzzzzzzzz = 1", "2:1: unknown key 'zzzzzzzz' in [scale]; known are method"},
        Bad{"[columns.Age]\ntipe = \"number\"",
            "2:1: unknown key 'tipe' in [columns.Age]; did you mean 'type'?"},
        Bad{"[columns.\"Your age, please\"]\nreversed = true",
            "2:1: unknown key 'reversed' in [columns.Your age, please]; did you mean 'reverse'?"},
        Bad{"[[derive]]\nname = \"a\"\nfrom = \"b\"\nstandardise = true",
            "4:1: unknown key 'standardise' in [[derive]]; did you mean 'standardize'?"},
        Bad{"[[derive]]\nname = \"a\"\nfrom = \"b\"\ngaussian = { sdt = 40 }",
            "4:14: unknown key 'sdt' in [derive.gaussian]; did you mean 'std'?"},
        Bad{"[pca]\nzcale = true\nn_component = 3",
            "2:1: unknown key 'zcale' in [pca]; did you mean 'scale'?"}));

INSTANTIATE_TEST_SUITE_P(
    WrongType, BadRecipe,
    ::testing::Values(
        Bad{"[kmeans]\nn_clusters = \"four\"",
            "2:14: n_clusters in [kmeans] must be a whole number, not a string"},
        Bad{"[kmeans]\nn_clusters = 4.0",
            "2:14: n_clusters in [kmeans] must be a whole number, not a decimal number"},
        Bad{"[kmeans]\nscale = 1",
            "2:9: scale in [kmeans] must be true or false, not a whole "
            "number"},
        Bad{"[kmeans]\ntol = true",
            "2:7: tol in [kmeans] must be a number of at least 0, not true "
            "or false"},
        Bad{"[read]\nmissing = \"-\"",
            "2:11: missing in [read] must be a list of strings, as in "
            "[\"a\", \"b\"], not a string"},
        Bad{"[read]\ndrop = [\"a\", 2]",
            "2:14: drop in [read] must be a list of strings, as in "
            "[\"a\", \"b\"], not of 2"},
        Bad{"[features]\nweight = [\"w\"]",
            "2:10: weight in [features] must be a string, not a "
            "list"},
        Bad{"kmeans = 4", "1:10: kmeans must be a section of keys, not a whole number"},
        Bad{"[derive]\nname = \"a\"",
            "1:1: derive must be sections, each headed [[derive]], not a "
            "section"},
        Bad{"[[derive]]\nname = \"a\"\nfrom = \"b\"\ngaussian = 40",
            "4:12: gaussian in [[derive]] must be a section of keys, not a whole number"},
        Bad{"[columns]\nAge = \"number\"",
            "2:7: Age in [columns] must be a section of keys, not a string"}));

INSTANTIATE_TEST_SUITE_P(
    OutOfRange, BadRecipe,
    ::testing::Values(
        Bad{"[kmeans]\nn_clusters = 0",
            "2:14: n_clusters in [kmeans] must be a whole number of at least 1, not 0"},
        Bad{"[kmeans]\nn_init = \"many\"",
            "2:10: n_init in [kmeans] must be \"auto\" or a whole "
            "number of at least 1, not \"many\""},
        Bad{"[kmeans]\nseed = -1",
            "2:8: seed in [kmeans] must be a whole number of at least 0, "
            "not -1"},
        Bad{"[kmeans]\ninit = \"kmeans++\"",
            "2:8: init in [kmeans] must be one of "
            "\"k-means++\", \"random\", not \"kmeans++\""},
        Bad{"[kmeans]\ntol = nan", "2:7: tol in [kmeans] must be a number of at least 0, not nan"},
        Bad{"[affinity]\ndamping = 1",
            "2:11: damping in [affinity] must be a number of at least "
            "0.5 and below 1, not 1"},
        Bad{"[affinity]\ndamping = 0.49",
            "2:11: damping in [affinity] must be a number of at "
            "least 0.5 and below 1, not 0.49"},
        Bad{"[affinity]\ndamping = \"much\"",
            "2:11: damping in [affinity] must be \"auto\" or a number of at least 0.5 and below 1, "
            "not \"much\""},
        Bad{"[affinity]\npreference_quantile = 1.5",
            "2:23: preference_quantile in [affinity] must be a number of at least 0 and at most "
            "1, not 1.5"},
        Bad{"[affinity]\nn_clusters = 0",
            "2:14: n_clusters in [affinity] must be a whole number of at least 1, not 0"},
        Bad{"[affinity]\npreference = -inf",
            "2:14: preference in [affinity] must be a number, not -inf"},
        Bad{"[duplicates]\nthreshold = 0",
            "2:13: threshold in [duplicates] must be a number above "
            "0 and at most 1, not 0"},
        Bad{"[correlation]\ndrop_above = 1.5",
            "2:14: drop_above in [correlation] must be a number from 0 to 1, not 1.5"},
        Bad{"[pca]\nn_components = 0",
            "2:16: n_components in [pca] must be a whole number of at least 1, not 0"},
        Bad{"[read]\ndelimiter = \"::\"",
            "2:13: delimiter in [read] must be one character, such "
            "as \",\" or \"\\t\", not \"::\""},
        Bad{"[read]\nragged = \"ignore\"",
            "2:10: ragged in [read] must be one of \"error\", "
            "\"fill\", \"skip\", not \"ignore\""},
        Bad{"[read]\ndecimal = \",\"\ndelimiter = \",\"",
            "2:11: decimal in [read] must be another character than the delimiter, not \",\""},
        Bad{"[[derive]]\nname = \"a\"\nfrom = \"b\"\ngaussian = { std = 0 }",
            "4:20: std in [derive.gaussian] must be a number greater than 0, not 0"},
        Bad{"[features]\nmissing = \"drop\"",
            "2:11: missing in [features] must be one of \"drop-row\", \"mean\", \"median\", "
            "\"mode\", \"indicator\", not \"drop\""}));

INSTANTIATE_TEST_SUITE_P(
    Contradiction, BadRecipe,
    ::testing::Values(
        Bad{"[columns.a]\nencoding = \"ordinal\"",
            "2:1: encoding in [columns.a] \"ordinal\" needs "
            "levels = [\"lowest\", ..., \"highest\"]"},
        Bad{"[columns.a]\nencoding = \"multi\"",
            "2:1: encoding in [columns.a] \"multi\" needs the "
            "separator of the answers, such as separator = "
            "\";\""},
        Bad{"[columns.a]\nseparator = \";\"",
            "2:1: separator in [columns.a] is for encoding = "
            "\"multi\""},
        Bad{"[columns.a]\nlevels = [\"x\", \"y\", \"x\"]",
            "2:1: levels in [columns.a] name \"x\" twice"},
        Bad{"[columns.a]\ntype = \"number\"\nformat = \"%Y\"",
            "3:1: format in [columns.a] is for columns of type \"datetime\""},
        Bad{"[columns.a]\nencoding = \"one-hot\"\nreverse = true",
            "3:1: reverse in [columns.a] is for numbers, booleans and encoding = \"ordinal\""},
        Bad{"[[derive]]\nname = \"a\"\nfrom = \"b\"",
            "1:1: 'a' computes nothing; give it elapsed, gaussian or standardize"},
        Bad{"[[derive]]\nname = \"a\"", "1:1: a [[derive]] needs a name and a from"},
        Bad{"[[derive]]\nname = \"a\"\nfrom = \"b\"\nstandardize = true\n[[derive]]\nname = "
            "\"a\"\nfrom = \"c\"\nstandardize = true",
            "5:1: 'a' is derived twice, first at r.toml:1:1"}));

TEST(ParseRecipe, SyntaxErrorsHaveTheirPlace) {
  for (const char* toml :
       {"[kmeans\nn_clusters = 4", "[a]\nb = ", "[a]\n[a]", "\xff", "x = 1e", "x = tr\ny = 1"}) {
    try {
      (void)parse_recipe(toml, "r.toml");
      FAIL() << toml;
    } catch (const UsageError& error) {
      int line = 0, column = 0;
      EXPECT_EQ(std::sscanf(error.what(), "r.toml:%d:%d: ", &line, &column), 2) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
}

TEST(ParseRecipe, ReadsTheSample) {
  const Recipe recipe = parse_recipe(sample_recipe(), "sample");
  EXPECT_EQ(recipe.source, "sample");
  EXPECT_EQ(recipe.read.missing, std::vector<std::string>{"-"});
  EXPECT_EQ(recipe.read.drop, (std::vector<std::string>{"Email address", "Name"}));
  ASSERT_EQ(recipe.columns.size(), 2U);
  EXPECT_EQ(recipe.columns[0].name, "WorkAt");
  EXPECT_EQ(recipe.columns[0].type, ColumnType::category);
  EXPECT_EQ(recipe.columns[1].format, "%d/%m/%Y %H:%M:%S");
  ASSERT_EQ(recipe.derive.size(), 2U);
  EXPECT_EQ(recipe.derive[0].elapsed, "hours");
  EXPECT_FALSE(recipe.derive[0].standardize);
  EXPECT_EQ(recipe.derive[1].gaussian_std, 40);
  EXPECT_TRUE(recipe.derive[1].standardize);
  EXPECT_EQ(recipe.correlation.drop.size(), 4U);
  EXPECT_EQ(recipe.kmeans.params.n_clusters, 4);
  EXPECT_EQ(recipe.kmeans.params.n_init, 0);
  EXPECT_TRUE(recipe.kmeans.scale);
  EXPECT_FALSE(recipe.affinity.scale);
  EXPECT_EQ(recipe.mentions.size(), 2U + 2U + 4U);
  EXPECT_EQ(recipe.mentions[2].name, "Timestamp");
}

TEST(ParseRecipe, ReadsEveryKey) {
  const Recipe recipe = parse_recipe(R"(
[read]
missing = ["-"]
default_missing = false
drop = ["a"]
delimiter = "\t"
header = false
decimal = ","
ragged = "skip"
[columns.a]
type = "category"
encoding = "ordinal"
levels = ["low", "high"]
reverse = true
na = ["x"]
missing = "mode"
[columns."b, c"]
encoding = "multi"
separator = ";"
[features]
drop = ["d"]
keep = ["e"]
missing = "indicator"
weight = "w"
id = ["i"]
[scale]
method = "robust"
[correlation]
top = 3
drop_above = 0.5
[pca]
n_components = 4
scale = false
[kmeans]
n_clusters = 5
init = "random"
n_init = 7
max_iter = 8
tol = 0
seed = 9
scale = false
[affinity]
damping = 0.5
max_iter = 10
convergence_iter = 11
preference = -12
form = "sparse"
seed = 13
[duplicates]
threshold = 1
)",
                                     "r.toml");
  EXPECT_FALSE(recipe.read.default_missing);
  EXPECT_EQ(recipe.read.delimiter, '\t');
  EXPECT_EQ(recipe.read.header, false);
  EXPECT_EQ(recipe.read.decimal, ',');
  EXPECT_EQ(recipe.read.ragged, Ragged::skip);
  ASSERT_EQ(recipe.columns.size(), 2U);
  EXPECT_EQ(recipe.columns[0].encoding, Encoding::ordinal);
  EXPECT_EQ(recipe.columns[0].levels, (std::vector<std::string>{"low", "high"}));
  EXPECT_TRUE(recipe.columns[0].reverse);
  EXPECT_EQ(recipe.columns[0].na, std::vector<std::string>{"x"});
  EXPECT_EQ(recipe.columns[0].missing, MissingPolicy::mode);
  EXPECT_EQ(recipe.columns[0].where, "r.toml:10:1");
  EXPECT_EQ(recipe.columns[1].name, "b, c");
  EXPECT_EQ(recipe.columns[1].separator, ";");
  EXPECT_EQ(recipe.features.drop, std::vector<std::string>{"d"});
  EXPECT_EQ(recipe.features.keep, std::vector<std::string>{"e"});
  EXPECT_EQ(recipe.features.missing, MissingPolicy::indicator);
  EXPECT_EQ(recipe.features.weight, "w");
  EXPECT_EQ(recipe.features.id, std::vector<std::string>{"i"});
  EXPECT_EQ(recipe.scale.method, ScaleMethod::robust);
  EXPECT_EQ(recipe.correlation.top, 3);
  EXPECT_EQ(recipe.correlation.drop_above, 0.5);
  EXPECT_EQ(recipe.pca.n_components, 4);
  EXPECT_FALSE(recipe.pca.scale);
  EXPECT_EQ(recipe.kmeans.params.n_clusters, 5);
  EXPECT_EQ(recipe.kmeans.params.init, KMeansInit::random);
  EXPECT_EQ(recipe.kmeans.params.n_init, 7);
  EXPECT_EQ(recipe.kmeans.params.max_iter, 8);
  EXPECT_EQ(recipe.kmeans.params.tol, 0);
  EXPECT_EQ(recipe.kmeans.params.seed, 9U);
  EXPECT_FALSE(recipe.kmeans.scale);
  EXPECT_EQ(recipe.affinity.params.damping, 0.5);
  EXPECT_EQ(recipe.affinity.params.max_iter, 10);
  EXPECT_EQ(recipe.affinity.params.convergence_iter, 11);
  EXPECT_EQ(recipe.affinity.params.preference, -12);
  EXPECT_EQ(recipe.affinity.params.form, AffinityForm::sparse);
  EXPECT_EQ(recipe.affinity.params.seed, 13U);
  EXPECT_EQ(recipe.duplicates.threshold, 1);
}

TEST(ReadOptions, CarryTheSectionReadAndTheColumns) {
  const ReadOptions options = read_options(parse_recipe(R"(
[read]
missing = ["-"]
ragged = "fill"
[columns.a]
type = "number"
na = ["99"]
[columns.b]
format = "%Y"
[columns.c]
encoding = "one-hot"
[columns.d]
encoding = "codes"
)",
                                                        "r.toml"));
  EXPECT_EQ(options.missing, std::vector<std::string>{"-"});
  EXPECT_EQ(options.ragged, Ragged::fill);
  ASSERT_EQ(options.columns.size(), 4U);
  EXPECT_EQ(options.columns[0].type, ColumnType::number);
  EXPECT_EQ(options.columns[0].missing, std::vector<std::string>{"99"});
  EXPECT_EQ(options.columns[1].type, ColumnType::datetime);
  EXPECT_EQ(options.columns[1].format, "%Y");
  EXPECT_EQ(options.columns[2].type, ColumnType::category);
  EXPECT_EQ(options.columns[3].type, std::nullopt);
}

TEST(UsesColumn, IsFalseForWhatOnlyAComparisonOfRespondentsNeeds) {
  const Recipe recipe = parse_recipe(
      "[read]\ndrop = [\"Mail\", \"Told\"]\n[features]\ndrop = [\"When\", \"Rest\"]\n"
      "id = [\"Id\"]\nweight = \"W\"\n[columns.Told]\ntype = \"number\"\n"
      "[[derive]]\nname = \"Hours\"\nfrom = \"When\"\nelapsed = \"hours\"\n",
      "r.toml");
  for (const char* name : {"Told", "When", "Id", "W", "Age"}) {
    EXPECT_TRUE(uses_column(recipe, name)) << name;
  }
  EXPECT_FALSE(uses_column(recipe, "Mail"));
  EXPECT_FALSE(uses_column(recipe, "Rest"));
  const Recipe keeping = parse_recipe("[features]\nkeep = [\"Age\"]\nid = [\"Id\"]\n", "r.toml");
  EXPECT_TRUE(uses_column(keeping, "Age"));
  EXPECT_TRUE(uses_column(keeping, "Id"));
  EXPECT_FALSE(uses_column(keeping, "Mail"));
}

std::string message_of_reading(const std::string& path) {
  try {
    (void)read_recipe(path);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "read";
}

TEST(ReadRecipe, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(message_of_reading("/nowhere/r.toml"),
            "cannot read the recipe '/nowhere/r.toml': No such file or directory");
  EXPECT_EQ(message_of_reading(COHORT_TEST_DATA),
            "cannot read the recipe '" COHORT_TEST_DATA "': Is a directory");
}

TEST(ReadRecipe, NamesThePathInMessagesAndTakesAnEmptyFile) {
  const std::string path = ::testing::TempDir() + "cohort_recipe_test.toml";
  std::ofstream(path) << "[pca]\nscal = true\n";
  EXPECT_EQ(message_of_reading(path),
            path + ":2:1: unknown key 'scal' in [pca]; did you mean 'scale'?");
  std::ofstream{path};
  EXPECT_EQ(message_of_reading(path), "read");
  std::filesystem::remove(path);
}

// Whatever holds where the recipe says nothing, "auto" is said.
TEST(Recipe, TakesDampingBackToAuto) {
  Recipe otherwise;
  otherwise.affinity.params.damping = 0.5;
  otherwise.affinity.raise_damping = false;
  const Recipe recipe = parse_recipe("[affinity]\ndamping = \"auto\"", "r.toml", otherwise);
  EXPECT_EQ(recipe.affinity.params.damping, AffinityParams().damping);
  EXPECT_TRUE(recipe.affinity.raise_damping);
}

}  // namespace
}  // namespace cohort
