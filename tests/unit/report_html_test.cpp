#include <algorithm>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/report.hpp"

#include "host/report/html/style.hpp"
#include "tests/support/example_analysis.hpp"
#include "tests/support/markup.hpp"

namespace cohort {
namespace {

using testing::Element;
using ::testing::HasSubstr;
using testing::Markup;
using ::testing::Not;
using testing::read_markup;

std::string html(const Analysis& analysis, const HtmlOptions& options = {}, int threads = 2) {
  ThreadPool pool(threads);
  return html_report(analysis, options, pool);
}

/// What `run` finds on a survey, columns, a derivation and a command included.
Analysis everything() {
  Analysis analysis = example::whole();
  analysis.command = "cohort run survey.csv --n-clusters 4";
  analysis.recipe_text = "[read]\nmissing = [\"-\"]\n";
  analysis.columns = {{"Knowledge", ColumnType::number, 3}, {"Name", {}, 0}};
  analysis.features.derivations = {
      {"Enthusiasm", "HoursElapsed", "", 40, true, 0.008, 0.003, 0, 197, {60, 0, 12}}};
  std::vector<double>& values = analysis.kmeans->silhouette->values;
  for (std::int64_t i = 0; i < example::kRows; ++i)
    values.push_back(0.6 - 0.01 * static_cast<double>(i % 50));
  analysis.pca->spectrum = {0.3156, 0.2199, 0.2, 0.15, 0.1, 0.0145};
  return analysis;
}

std::vector<std::string> headings(const Markup& markup) {
  std::vector<std::string> found;
  for (const Element& element : markup.elements)
    if (element.name == "h2") found.push_back(element.text);
  return found;
}

TEST(HtmlReport, AnswersInTheOrderOfTheQuestions) {
  const Markup markup = read_markup(html(everything(), {.timings = true}));
  EXPECT_EQ(markup.problem, "");
  EXPECT_THAT(headings(markup),
              ::testing::ElementsAre(
                  "Who the segments are", "What tells them apart", "How clean the segments are",
                  "Where they lie", "Another view: affinity propagation", "What goes together",
                  "What was computed", "How good the data are", "How to reproduce it", "This run"));
}

TEST(HtmlReport, DrawsOnlyWhatThereIs) {
  const Markup markup = read_markup(html(example::reading()));
  EXPECT_EQ(markup.problem, "");
  EXPECT_THAT(headings(markup),
              ::testing::ElementsAre("How good the data are", "How to reproduce it"));
  Analysis analysis = everything();
  analysis.kmeans->silhouette.reset();
  analysis.affinity.reset();
  analysis.agreement.reset();
  EXPECT_THAT(html(analysis), Not(HasSubstr("silhouette")));
  analysis = everything();
  analysis.kmeans.reset();
  EXPECT_EQ(read_markup(html(analysis)).problem, "");
}

TEST(HtmlReport, AsksForNothingOutsideAndRunsNothing) {
  const std::string page = html(everything(), {.timings = true});
  for (const char* word : {"<script", "http:", "https:", "//", "url(", "@import", "javascript",
                           " style=", " src=", "<link", "<img", "<iframe", "<object", "<base"})
    EXPECT_THAT(page, Not(HasSubstr(word)));
  for (const Element& element : read_markup(page).elements)
    for (const auto& [name, value] : element.attributes) {
      EXPECT_FALSE(name.starts_with("on")) << element.name;
      EXPECT_TRUE(name != "href" || value.starts_with("#")) << value;
    }
}

/// The bytes that base64 stands for, as hexadecimal digits.
std::string hex_of_base64(const std::string& text) {
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string hex;
  std::size_t bits = 0;
  unsigned held = 0;
  for (const char letter : text) {
    if (letter == '=') break;
    held = held << 6 | static_cast<unsigned>(letters.find(letter));
    for (bits += 6; bits >= 4; bits -= 4) hex += "0123456789abcdef"[held >> (bits - 4) & 15];
  }
  return hex;
}

TEST(HtmlReport, AllowsItsOwnStyleSheetAndNothingElse) {
  const Markup markup = read_markup(html(everything()));
  ASSERT_EQ(markup.named("style").size(), 1U);
  EXPECT_EQ(markup.named("style").front()->text, report::style_sheet());
  std::string policy;
  for (const Element* meta : markup.named("meta"))
    if (meta->attributes.contains("http-equiv")) policy = meta->attributes.at("content");
  EXPECT_THAT(policy, ::testing::MatchesRegex(
                          "default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]*='; base-uri "
                          "'none'; form-action 'none'"));
  const std::size_t begin = policy.find("sha256-") + 7;
  EXPECT_EQ(hex_of_base64(policy.substr(begin, policy.find('=') - begin)),
            std::string(report::style_sheet_sha256()));
}

TEST(HtmlReport, EveryIdIsOneAndEveryReferenceMeetsOne) {
  const Markup markup = read_markup(html(everything(), {.timings = true}));
  std::set<std::string> ids;
  for (const Element& element : markup.elements)
    if (const auto id = element.attributes.find("id"); id != element.attributes.end()) {
      EXPECT_TRUE(ids.insert(id->second).second) << id->second;
    }
  for (const Element& element : markup.elements) {
    if (const auto link = element.attributes.find("href"); link != element.attributes.end()) {
      EXPECT_EQ(ids.count(link->second.substr(1)), 1U) << link->second;
    }
    if (const auto by = element.attributes.find("aria-labelledby");
        by != element.attributes.end()) {
      std::istringstream names(by->second);
      for (std::string name; names >> name;) EXPECT_EQ(ids.count(name), 1U) << name;
    }
  }
}

TEST(HtmlReport, IsReadableWithoutEyesAndWithoutAMouse) {
  const Markup markup = read_markup(html(everything(), {.timings = true}));
  for (const Element* picture : markup.named("svg"))
    EXPECT_TRUE(picture->attributes.contains("aria-labelledby") ||
                picture->attributes.contains("aria-hidden"));
  EXPECT_EQ(markup.named("h1").size(), 1U);
  int level = 0;
  for (const Element& element : markup.elements) {
    if (element.name.size() != 2 || element.name[0] != 'h' || element.name[1] > '6') continue;
    EXPECT_LE(element.name[1] - '0', level + 1) << element.text;
    level = element.name[1] - '0';
  }
  const auto links = markup.named("a");
  ASSERT_FALSE(links.empty());
  EXPECT_EQ(links.front()->attributes.at("href"), "#main");
  for (const Element* part : markup.named("div")) {
    const auto name = part->attributes.find("class");
    const bool scrolls = name != part->attributes.end() && name->second == "wide";
    EXPECT_TRUE(!scrolls || part->attributes.contains("tabindex"));
  }
}

TEST(HtmlReport, RepeatsByteForByteWithoutTimings) {
  Analysis slower = everything();
  for (Timing& timing : slower.timings) timing.seconds *= 3;
  slower.device = "another device";
  EXPECT_EQ(html(everything()), html(slower));
  const std::string one = html(everything(), {.timings = true});
  const std::string other = html(slower, {.timings = true});
  EXPECT_NE(one, other);
  EXPECT_EQ(one.substr(0, one.find("<section id=\"run\"")),
            other.substr(0, other.find("<section id=\"run\"")));
}

Analysis large(std::int64_t n) {
  Analysis analysis = everything();
  analysis.input_rows = analysis.features.input_rows = n;
  analysis.features.x = Matrix<float>(n, 6);
  analysis.pca->scores = Matrix<double>(n, 2);
  auto& labels = analysis.kmeans->result.labels;
  auto& values = analysis.kmeans->silhouette->values;
  labels.clear();
  values.clear();
  for (std::int64_t i = 0; i < n; ++i) {
    analysis.pca->scores(i, 0) = static_cast<double>(i * 7919 % 1009) / 100;
    analysis.pca->scores(i, 1) = static_cast<double>(i * 104729 % 907) / 100;
    labels.push_back(static_cast<std::int32_t>(i % 4));
    values.push_back(static_cast<double>(i * 31 % 2003) / 2003 - 0.2);
  }
  analysis.affinity.reset();
  analysis.agreement.reset();
  return analysis;
}

TEST(HtmlReport, OfManyRowsIsTheSameForAnyNumberOfThreadsAndSmall) {
  const Analysis analysis = large(150'001);
  const std::string page = html(analysis, {}, 1);
  EXPECT_EQ(html(analysis, {}, 2), page);
  EXPECT_EQ(html(analysis, {}, 5), page);
  EXPECT_EQ(read_markup(page).problem, "");
  EXPECT_THAT(page, HasSubstr("Dots are 1,500 of them"));
  EXPECT_LT(page.size(), 400'000U);
}

TEST(HtmlReport, OfManyFeaturesAndClustersIsSmall) {
  constexpr std::int64_t d = 300, k = 200;
  Analysis analysis = everything();
  analysis.features.features.clear();
  analysis.correlated_names.clear();
  analysis.columns.clear();
  const std::string long_name(5000, 'W');
  for (std::int64_t j = 0; j < d; ++j) {
    const std::string name = long_name + std::to_string(j);
    analysis.features.features.push_back({name, name, FeatureKind::number, {}, 1});
    analysis.correlated_names.push_back(name);
    analysis.columns.push_back({name, ColumnType::number, j});
    analysis.notices.push_back({Notice::Level::decision, "x", name});
    analysis.notices.push_back({Notice::Level::warning, "x", name});
  }
  analysis.features.x = Matrix<float>(example::kRows, d);
  analysis.correlation_matrix = Matrix<double>(d, d);
  analysis.pca->components = Matrix<double>(2, d);
  ClusterProfile cluster;
  cluster.size = 1;
  cluster.share = 1.0 / k;
  cluster.medoid = 0;
  cluster.features.assign(d, {1, 1, 1, 0.5});
  for (std::int64_t j = 0; j < d; ++j) cluster.telling.push_back(j);
  KMeansReport& kmeans = *analysis.kmeans;
  kmeans.profiles.clusters.assign(k, cluster);
  kmeans.profiles.everyone.assign(d, {});
  kmeans.profiles.power.assign(d, 0.5);
  kmeans.result.sizes.assign(k, 1);
  kmeans.result.shares.assign(k, cluster.share);
  kmeans.silhouette->cluster_means.assign(k, 0.5);
  analysis.affinity->profiles = kmeans.profiles;
  analysis.affinity->result.sizes.assign(k, 1);
  analysis.affinity->result.shares.assign(k, cluster.share);
  analysis.affinity->result.exemplars.assign(k, 3);
  analysis.recipe_text = std::string(100'000, '#');
  const std::string page = html(analysis);
  EXPECT_EQ(read_markup(page).problem, "");
  EXPECT_LT(page.size(), 400'000U);
  EXPECT_THAT(page, HasSubstr("and 176 smaller segments"));
}

TEST(HtmlReport, HostileTextsStayTexts) {
  const std::string hostile =
      "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)> \x01\x1b[31m\n"
      "\u202egnirts\u202c \xff\xfe" +
      std::string(3000, 'n');
  Analysis analysis = everything();
  analysis.source = analysis.recipe = analysis.command = analysis.recipe_text = hostile;
  for (std::string& name : analysis.correlated_names) name = hostile + name;
  analysis.dropped_correlated = {analysis.correlated_names[2]};
  for (Feature& feature : analysis.features.features) {
    feature.name = hostile + feature.name;
    feature.kind = FeatureKind::codes;
    feature.levels = {hostile, "", hostile};
  }
  std::fill(analysis.features.x.data(), analysis.features.x.data() + 72 * 6, 1.0F);
  analysis.features.ids = {{hostile, std::vector<std::string>(72, hostile)}};
  analysis.columns.front().name = hostile;
  analysis.features.derivations.front().name = hostile;
  analysis.features.derivations.front().from = hostile;
  for (ClusterProfile& cluster : analysis.affinity->profiles.clusters) cluster.words = hostile;
  for (Notice& notice : analysis.notices) notice.text = hostile;
  for (Timing& timing : analysis.timings) timing.stage = timing.device = hostile;
  const std::string page = html(analysis, {.timings = true});
  const Markup markup = read_markup(page);
  EXPECT_EQ(markup.problem, "");
  EXPECT_TRUE(markup.named("script").empty());
  EXPECT_TRUE(markup.named("img").empty());
  EXPECT_EQ(markup.named("style").size(), 1U);
  for (const char* bytes : {"\u202e", "\x1b", "\x01", "\xff"})
    EXPECT_THAT(page, Not(HasSubstr(bytes)));
}

TEST(HtmlReport, WithoutRowsShowsNoSingleRespondent) {
  Analysis analysis = everything();
  analysis.features.ids = {{"who", std::vector<std::string>(72, "R-000042")}};
  EXPECT_THAT(html(analysis), HasSubstr("R-000042"));
  const std::string page = html(analysis, {.rows = false});
  EXPECT_EQ(read_markup(page).problem, "");
  for (const char* word : {"R-000042", "Typical", "row 5", "exemplar", "Rows much alike", "h0M"})
    EXPECT_THAT(page, Not(HasSubstr(word)));
}

TEST(HtmlReport, SaysWhatIsWrong) {
  Analysis analysis = everything();
  EXPECT_THAT(html(analysis), HasSubstr("72 rows are 36 respondents listed twice."));
  analysis.near_duplicates.pop_back();
  EXPECT_THAT(html(analysis), HasSubstr("72 rows may be 37 respondents."));
  EXPECT_THAT(html(analysis), Not(HasSubstr("did not converge")));
  analysis.kmeans->result.converged = false;
  analysis.affinity->result.converged = false;
  analysis.kmeans->result.sizes.back() = 2;
  analysis.input_rows = 80;
  const std::string page = html(analysis);
  for (const char* words : {"K-means did not converge", "Affinity propagation did not converge",
                            "Tiny segment:", "8 of 80 rows left out"})
    EXPECT_THAT(page, HasSubstr(words));
}

}  // namespace
}  // namespace cohort
