#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cohort/report.hpp"

#include "tests/support/example_analysis.hpp"
#include "tests/support/example_table.hpp"

namespace cohort {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> keys_of(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

/// Rows 1 and 70 of the survey dropped, an id column that needs quoting.
Analysis analysis_with_gaps() {
  Analysis analysis = example::whole();
  analysis.input_rows = 74;
  analysis.features.rows.clear();
  for (std::int64_t row = 0; row < 74; ++row) {
    if (row != 1 && row != 70) analysis.features.rows.push_back(row);
  }
  IdColumn id{"who, \"exactly\"", std::vector<std::string>(74)};
  id.text[0] = "Doe, \"J\"";
  id.text[1] = "two\nlines";
  analysis.features.ids = {id};
  return analysis;
}

TEST(JsonReport, HasTheKeysOthersRelyOn) {
  const Json json = Json::parse(json_report(example::whole(), true));
  EXPECT_EQ(keys_of(json),
            (std::vector<std::string>{"cohort", "device", "source", "recipe", "seed", "rows",
                                      "input_rows", "features", "dropped", "correlations", "pca",
                                      "kmeans", "affinity", "agreement", "near_duplicates",
                                      "distinct_rows", "timings", "notices"}));
  EXPECT_EQ(json["rows"], 72);
  EXPECT_EQ(json["features"].size(), 6U);
  EXPECT_EQ(json["correlations"][3],
            (Json{{"a", "IsDeveloper"}, {"b", "IsStudent"}, {"r", -0.452602}}));
  EXPECT_EQ(json["pca"]["explained_variance_ratio"], (Json{0.3156, 0.2199}));
  EXPECT_EQ(json["pca"]["components"][1][4], 0.746);
  EXPECT_EQ(json["kmeans"]["n_clusters"], 4);
  EXPECT_EQ(json["kmeans"]["inertia"], 192.336419);
  EXPECT_EQ(json["kmeans"]["sizes"], (Json{26, 26, 12, 8}));
  EXPECT_EQ(json["kmeans"]["silhouette"]["mean"], 0.4061);
  EXPECT_EQ(json["affinity"]["converged"], true);
  EXPECT_EQ(json["affinity"]["exemplars"], (Json{12, 33, 50, 65, 71}));
  EXPECT_EQ(json["agreement"]["adjusted_rand"], 0.3127);
  EXPECT_EQ(json["near_duplicates"]["pairs"], 36);
  EXPECT_EQ(json["near_duplicates"]["rows"][35], (Json{35, 71}));
  EXPECT_EQ(json["timings"][4],
            (Json{{"stage", "kmeans"}, {"seconds", 0.00474}, {"device", "cpu"}}));
  EXPECT_EQ(json["notices"][4]["level"], "warning");
}

TEST(JsonReport, CentersAreInTheFeaturesOwnUnits) {
  const Json json = Json::parse(json_report(example::whole(), false));
  EXPECT_EQ(json["kmeans"]["centers"][0], (Json{8.0, 16.0, 0.75, 0.375, 0.375, 0.5}));
}

TEST(JsonReport, RowsAreThoseOfTheInput) {
  const Json json = Json::parse(json_report(analysis_with_gaps(), false));
  EXPECT_EQ(json["rows"], 72);
  EXPECT_EQ(json["input_rows"], 74);
  EXPECT_EQ(json["affinity"]["exemplars"], (Json{13, 34, 51, 66, 73}));
  EXPECT_EQ(json["kmeans"]["profiles"][0]["medoid"], 5);
}

TEST(JsonReport, AStageCommandHasItsOwnKeysOnly) {
  Analysis analysis = example::reading();
  analysis.distinct_rows = 0;
  EXPECT_EQ(keys_of(Json::parse(json_report(analysis, true))),
            (std::vector<std::string>{"cohort", "device", "source", "recipe", "seed", "rows",
                                      "input_rows", "features", "timings", "notices"}));
  analysis.near_duplicate_threshold = 0.8;  // compared, and none found
  const Json json = Json::parse(json_report(analysis, true));
  EXPECT_EQ(json["near_duplicates"],
            (Json{{"threshold", 0.8}, {"pairs", 0}, {"rows", Json::array()}}));
  EXPECT_FALSE(json.contains("kmeans"));
}

TEST(JsonReport, RepeatsByteForByteWithoutTimings) {
  Analysis slower = example::whole();
  for (Timing& timing : slower.timings) timing.seconds *= 3;
  EXPECT_EQ(json_report(example::whole(), false), json_report(slower, false));
  EXPECT_EQ(Json::parse(json_report(slower, false))["timings"], Json::array());
  EXPECT_NE(json_report(example::whole(), true), json_report(slower, true));
}

TEST(JsonReport, IsIndentedByTwoAndEndsInALine) {
  const std::string text = json_report(example::whole(), false);
  EXPECT_EQ(text.rfind("{\n  \"cohort\": ", 0), 0U);
  EXPECT_NE(text.find("\n    \"sizes\": [26, 26, 12, 8],\n"), std::string::npos);
  EXPECT_EQ(text.substr(text.size() - 3), "\n}\n");
  EXPECT_EQ(Json::parse(text).dump(), Json::parse(Json::parse(text).dump(2)).dump());
}

TEST(JsonReport, NumbersThatAreNoneAreNull) {
  Analysis analysis = example::whole();
  analysis.kmeans->silhouette->mean = std::nan("");
  analysis.affinity->result.preference = -std::numeric_limits<double>::infinity();
  const Json json = Json::parse(json_report(analysis, false));
  EXPECT_TRUE(json["kmeans"]["silhouette"]["mean"].is_null());
  EXPECT_TRUE(json["affinity"]["preference"].is_null());
}

TEST(JsonReport, HostileNamesSurvive) {
  Analysis analysis = example::reading();
  analysis.source = "bad\xff name";
  analysis.features.features[0].name = "quote\" back\\ line\n \x1b[31m";
  const Json json = Json::parse(json_report(analysis, false));
  EXPECT_EQ(json["source"], "bad\ufffd name");
  EXPECT_EQ(json["features"][0], "quote\" back\\ line\n \x1b[31m");
}

TEST(JsonReport, ListsAtMostAThousandNearDuplicates) {
  Analysis analysis = example::reading();
  for (std::int64_t i = 0; i < 1001; ++i) analysis.near_duplicates.push_back({i, i + 1, 1});
  const Json json = Json::parse(json_report(analysis, false));
  EXPECT_EQ(json["near_duplicates"]["pairs"], 1001);
  EXPECT_EQ(json["near_duplicates"]["rows"].size(), 1000U);
}

TEST(DescribeJson, TellsEveryColumn) {
  const Json json = Json::parse(describe_json(example::table()));
  EXPECT_EQ(keys_of(json),
            (std::vector<std::string>{"cohort", "source", "rows", "columns", "notices"}));
  const Json& columns = json["columns"];
  EXPECT_EQ(columns[0]["type"], "datetime");
  EXPECT_EQ(columns[0]["first"], "1969-12-31T23:59:59");
  EXPECT_EQ(columns[0]["last"], "2018-11-06T22:14:40");
  EXPECT_EQ(columns[2]["minimum"], 4);
  EXPECT_EQ(columns[2]["maximum"], 1234567.25);
  EXPECT_EQ(columns[3]["levels"][0], (Json{{"text", "True"}, {"count", 4}}));
  EXPECT_EQ(columns[4]["levels"][0], (Json{{"text", "University"}, {"count", 3}}));
  EXPECT_EQ(columns[4]["missing"], 2);
  EXPECT_FALSE(columns[5].contains("minimum"));
}

using RowsFile = void (*)(const Analysis&, ThreadPool&, const TextSink&);

/// The same text from any number of threads.
std::string text_of(RowsFile file, const Analysis& analysis) {
  std::vector<std::string> texts;
  for (const int threads : {1, 3}) {
    ThreadPool pool(threads);
    std::string text;
    file(analysis, pool, [&text](std::string_view piece) { text += piece; });
    texts.push_back(text);
  }
  EXPECT_EQ(texts[0], texts[1]);
  return texts[0];
}
std::string labels_text(const Analysis& analysis) {
  return text_of(labels_csv, analysis);
}
std::string pca_text(const Analysis& analysis) {
  return text_of(pca_csv, analysis);
}

TEST(LabelsCsv, HasALinePerInputRow) {
  const std::string text = labels_text(analysis_with_gaps());
  EXPECT_EQ(text.rfind("row,\"who, \"\"exactly\"\"\",kmeans,affinity\n"
                       "0,\"Doe, \"\"J\"\"\",0,0\n"
                       "1,\"two\nlines\",,\n"
                       "2,,0,0\n",
                       0),
            0U)
      << text;
  EXPECT_NE(text.find("\n70,,,\n71,,3,3\n72,,3,4\n73,,3,4\n"), std::string::npos) << text;
}

TEST(LabelsCsv, HasColumnsForStagesThatRanOnly) {
  Analysis analysis = example::reading();
  EXPECT_EQ(labels_text(analysis), "");
  example::add_affinity(analysis);
  analysis.affinity->result.labels[1] = -1;
  EXPECT_EQ(labels_text(analysis).rfind("row,affinity\n0,0\n1,\n2,0\n", 0), 0U);
}

TEST(LabelsCsv, OfManyRowsIsInOrder) {
  Analysis analysis = example::reading();
  analysis.input_rows = 100000;
  for (std::int64_t row = 0; row < analysis.input_rows; ++row)
    if (row % 7 != 3) analysis.features.rows.push_back(row);
  example::add_affinity(analysis);
  std::vector<std::int32_t>& labels = analysis.affinity->result.labels;
  labels.clear();
  std::string expected = "row,affinity\n";
  for (std::int64_t row = 0; row < analysis.input_rows; ++row) {
    expected += std::to_string(row) + ",";
    if (row % 7 != 3) {
      labels.push_back(static_cast<std::int32_t>(row % 5));
      expected += std::to_string(row % 5);
    }
    expected += "\n";
  }
  EXPECT_TRUE(labels_text(analysis) == expected);
}

TEST(ProfilesCsv, HasALinePerMethodClusterAndFeature) {
  const std::string text = profiles_csv(example::whole());
  EXPECT_EQ(text.rfind("method,cluster,size,share,feature,mean,mode,mode_share,difference\n"
                       "kmeans,0,26,0.3611111111111111,Knowledge,0.5,0,0.75,-0.25\n",
                       0),
            0U);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + (4 + 5) * 6);
  EXPECT_NE(text.find("\naffinity,4,2,0.027777777777777776,Enthusiasm,5.5,5,0.75,0.25\n"),
            std::string::npos);
  EXPECT_EQ(profiles_csv(example::reading()), "");
}

TEST(CorrelationsCsv, HasAllPairsStrongestFirst) {
  const std::string text = correlations_csv(example::whole());
  EXPECT_EQ(text.rfind("a,b,r\nIsResearcher,IsTeaching,0.624758\n", 0), 0U);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 45);
  EXPECT_EQ(correlations_csv(example::reading()), "");
}

TEST(PcaCsv, NamesInputRows) {
  const std::string text = pca_text(analysis_with_gaps());
  EXPECT_EQ(text.rfind("row,pc1,pc2\n0,0,-1.5\n2,0.125,-1.5\n", 0), 0U);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 72);
  EXPECT_EQ(pca_text(example::reading()), "");
}

TEST(PcaCsv, NumbersReadBackTheSame) {
  Analysis analysis = example::whole();
  analysis.pca->scores(0, 0) = 0.1 + 0.2;
  analysis.pca->scores(0, 1) = 5e-324;
  EXPECT_EQ(pca_text(analysis).rfind("row,pc1,pc2\n0,0.30000000000000004,5e-324\n", 0), 0U);
}

}  // namespace
}  // namespace cohort
