#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cohort/report.hpp"

#include "host/report/text.hpp"
#include "tests/support/example_analysis.hpp"
#include "tests/support/example_table.hpp"
#include "tests/support/said.hpp"

namespace cohort {
namespace {

using test::has;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// The text without the escape sequences that colour it.
std::string uncolored(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
    } else {
      plain += text[i];
    }
  }
  return plain;
}

/// What holds for every text sent to a terminal.
void expect_well_formed(const std::string& text, int width) {
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(text.back(), '\n');
  for (const std::string& line : lines_of(text)) {
    EXPECT_LE(report::display_width(line), width) << line;
    EXPECT_TRUE(line.empty() || line.back() != ' ') << '"' << line << '"';
    EXPECT_EQ(report::printable(line), line) << "control characters";
  }
  EXPECT_FALSE(has(text, "\n\n\n"));
}

std::string plain(const Analysis& analysis, int width = 80) {
  return terminal_report(analysis, {false, width});
}

/// Every text that comes from data, made long and hostile.
Analysis hostile() {
  Analysis analysis = example::whole();
  const std::string bad =
      "How much do you agree,\n\ton the whole,\x1b]0;owned\x07\x1b[2J with 日本語の質問 \xff "
      "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft?";
  analysis.source = bad;
  analysis.recipe = bad;
  analysis.device = bad;
  for (Feature& feature : analysis.features.features) feature.name += bad;
  for (std::string& name : analysis.correlated_names) name += bad;
  for (std::string& name : analysis.dropped_correlated) name = bad;
  for (Notice& notice : analysis.notices) notice = {notice.level, bad, bad};
  for (Timing& timing : analysis.timings) timing.stage = timing.device = bad;
  for (auto& cluster : analysis.kmeans->profiles.clusters) cluster.words = bad;
  for (auto& cluster : analysis.affinity->profiles.clusters) cluster.words = bad;
  analysis.features.ids = {{bad, std::vector<std::string>(72, bad)}};
  return analysis;
}

TEST(TerminalReport, ReadsLikeThis) {
  EXPECT_EQ(plain(example::whole()), R"(the embedded sample: 72 rows (55 distinct), 6 features
  Knowledge, Effort, IsDeveloper, IsTeaching, IsStudent, Enthusiasm
  the sample's recipe · seed 0 · cpu

Decisions
  · Email address and Name are read but left out of the features.
  · WorkAt: 2 missing cells become a code of their own, 1.
  · IsResearcher, IsML, IsDeveloper, IsTeaching and IsStudent are True or False:
    1 or 0.
  · 100 K-means starts, by the size of the data.

Warnings
  ! 36 pairs of respondents gave the same answer in at least 80% of the columns
    both answered: one person may be listed twice.
  ! Rows much alike: 1~37, 2~38, 3~39, 4~40, 5~41, 6~42, 7~43, 8~44 and 28 more.

Strongest correlations  among 10 features
  IsResearcher  IsTeaching    +0.625    IsResearcher  IsDeveloper   -0.325
  Knowledge     IsML          +0.586    Degree        IsTeaching    +0.315
  IsResearcher  IsML          +0.535    IsDeveloper   WorkAt        -0.294
  IsDeveloper   IsStudent     -0.453    Degree        IsResearcher  +0.283
  IsTeaching    Enthusiasm    -0.423    IsResearcher  IsStudent     -0.266
  IsDeveloper   IsTeaching    -0.408    Effort        IsML          -0.254
  Knowledge     IsResearcher  +0.403    Knowledge     Degree        +0.253
  Degree        IsStudent     -0.384    Degree        IsML          +0.240
  IsML          IsTeaching    +0.369    IsTeaching    IsStudent     -0.235
  WorkAt        Enthusiasm    -0.364    IsResearcher  Enthusiasm    -0.219
  Left out from here on: IsML, Degree, IsResearcher, WorkAt.

Principal components  53.5% of the variance in 2 components
   1   31.6%  ███▊          more IsTeaching (+0.61), less IsDeveloper (-0.56),
                            less Enthusiasm (-0.48)
   2   22.0%  ██▋           more IsStudent (+0.75), less IsDeveloper (-0.40),
                            less Effort (-0.35)

K-means: 4 clusters
  inertia 192.34 · best of 100 starts · 7 iterations · silhouette 0.41
  0  26 rows   36.1%  ████████████████████████████████  typical: row 5
     Effort 16.8 rather than 10.9; all IsDeveloper
  1  26 rows   36.1%  ████████████████████████████████  typical: row 30
     Effort 4.2 rather than 10.9; all IsDeveloper; Enthusiasm 0.42 rather than 0
  2  12 rows   16.7%  ██████████████▊                   typical: row 58
     all IsStudent; no IsDeveloper
  3   8 rows   11.1%  █████████▉                        typical: row 67
     all IsTeaching; Enthusiasm -1.86 rather than 0; Knowledge 10.5 rather than
     6.4

Affinity propagation: 5 clusters
  converged after 92 iterations · preference -146.2 · 55 distinct rows
  0  28 rows   38.9%  ████████████████████████████████  exemplar: row 13
     Effort 15.9 rather than 10.9; Knowledge 6.1 rather than 6.4
  1  20 rows   27.8%  ██████████████████████▉           exemplar: row 34
     Effort 3.8 rather than 10.9; Knowledge 3.3 rather than 6.4
  2  16 rows   22.2%  ██████████████████▎               exemplar: row 51
     Knowledge 11.2 rather than 6.4; Effort 4 rather than 10.9
  3   6 rows    8.3%  ██████▉                           exemplar: row 66
     Effort 32 rather than 10.9
  4   2 rows    2.8%  ██▎                               exemplar: row 72
     no feature sets it apart

K-means and affinity propagation agree only in part: adjusted Rand index 0.31,
where 1 is the same and 0 is chance.

Time
  read                      0.82 ms  host
  features                  0.31 ms  host
  correlations              0.12 ms  cpu
  PCA                       0.21 ms  cpu
  K-means                   4.74 ms  cpu
  affinity propagation      9.15 ms  cpu
  profiles                  0.44 ms  host
  near-duplicates           0.27 ms  cpu
  total                     16.1 ms

Rows are counted from 1 here and from 0 in the files.
)");
}

TEST(TerminalReport, NoLineIsWiderThanTheTerminal) {
  for (const int width : {60, 61, 80, 120, 200}) {
    expect_well_formed(plain(example::whole(), width), width);
    expect_well_formed(plain(hostile(), width), width);
  }
  expect_well_formed(plain(example::whole(), 10), 60);
  EXPECT_EQ(plain(example::whole(), 1000), plain(example::whole(), 200));
}

TEST(TerminalReport, ColourChangesNothingElse) {
  const std::string colored = terminal_report(example::whole(), {true, 80});
  EXPECT_NE(colored, plain(example::whole()));
  EXPECT_EQ(uncolored(colored), plain(example::whole()));
  EXPECT_FALSE(has(plain(example::whole()), "\x1b"));
  for (const std::string& line : lines_of(colored)) {
    EXPECT_TRUE(line.rfind("\x1b[") == std::string::npos ||
                line.substr(line.rfind("\x1b[")).starts_with("\x1b[0m"))
        << "a tone must end on its line";
  }
}

TEST(TerminalReport, AStageShowsItsOwnPartsOnly) {
  const std::vector<std::pair<void (*)(Analysis&), std::string>> parts = {
      {example::add_notices, "\nDecisions\n"},
      {example::add_correlations, "\nStrongest correlations"},
      {example::add_pca, "\nPrincipal components"},
      {example::add_kmeans, "\nK-means: 4 clusters\n"},
      {example::add_affinity, "\nAffinity propagation: 5 clusters\n"},
      {example::add_timings, "\nTime\n"}};
  EXPECT_EQ(lines_of(plain(example::reading())).size(), 3U);
  for (const auto& [add, heading] : parts) {
    Analysis analysis = example::reading();
    add(analysis);
    for (const auto& [other, other_heading] : parts) {
      EXPECT_EQ(has(plain(analysis), other_heading), heading == other_heading) << other_heading;
    }
    expect_well_formed(plain(analysis), 80);
  }
}

TEST(TerminalReport, WarningsStandApartFromDecisions) {
  Analysis analysis = example::reading();
  EXPECT_FALSE(has(plain(analysis), "Warnings"));
  for (const char* text : {"first", "second", "third"}) {
    analysis.notices.push_back({Notice::Level::warning, "sentinel", text});
  }
  EXPECT_TRUE(has(plain(analysis), "\nWarnings\n  ! first\n  ! second\n  ! third\n"));
  EXPECT_FALSE(has(plain(analysis), "Decisions"));
}

TEST(TerminalReport, LongListsOfNoticesAreCutByTopic) {
  Analysis analysis = example::reading();
  for (int i = 0; i < 300; ++i) {
    analysis.notices.push_back({Notice::Level::decision, "types", "column " + std::to_string(i)});
    if (i == 1) analysis.notices.push_back({Notice::Level::decision, "encoding", "read as CP1252"});
  }
  EXPECT_TRUE(has(plain(analysis),
                  "  · column 0\n  · column 1\n  · column 2\n  · column 3\n"
                  "    and 296 more about types; the JSON report has them all\n"
                  "  · read as CP1252\n"));
}

TEST(TerminalReport, NearDuplicatesAreAWarningEvenWithoutOthers) {
  Analysis analysis = example::reading();
  analysis.near_duplicates = {{0, 36, 0.9}, {1, 1999, 0.8}};
  EXPECT_TRUE(has(plain(analysis), "\nWarnings\n  ! Rows much alike: 1~37, 2~2,000.\n"));
}

TEST(TerminalReport, SaysLoudlyWhatDidNotConverge) {
  Analysis analysis = example::whole();
  analysis.kmeans->result.converged = false;
  analysis.kmeans->result.n_iter = 300;
  analysis.affinity->result.converged = false;
  analysis.affinity->result.n_iter = 1000;
  analysis.affinity->result.labels[71] = -1;
  const std::string text = plain(analysis);
  EXPECT_TRUE(has(text, "  ! STOPPED BEFORE IT CONVERGED, after 300 iterations"));
  EXPECT_TRUE(has(text, "  ! DID NOT CONVERGE in 1,000 iterations"));
  EXPECT_FALSE(has(text, "converged after"));
  EXPECT_TRUE(has(text, "  ! 1 row in no cluster\n"));
}

TEST(TerminalReport, HasTheRightPlurals) {
  Analysis analysis = example::reading();
  analysis.input_rows = 2;
  analysis.features.rows = {1};
  analysis.features.features.resize(1);
  analysis.distinct_rows = 1;
  KMeansReport report;
  report.result = {{0}, Matrix<float>(1, 1), {1}, {1.0}, 0, 1, 1, 0, true};
  analysis.kmeans = report;
  const std::string text = plain(analysis);
  EXPECT_TRUE(has(text, "1 of 2 rows, 1 feature\n"));
  EXPECT_TRUE(has(text, "K-means: 1 cluster  inertia 0 · 1 start · 1 iteration\n"));
  EXPECT_TRUE(has(text, "  0  1 row   100.0%  █"));
}

TEST(TerminalReport, NamesRespondentsByInputRowAndId) {
  Analysis analysis = example::whole();
  analysis.input_rows = 1100;
  for (std::int64_t row = 1000; row < 1072; ++row) analysis.features.rows.push_back(row);
  IdColumn id{"id", std::vector<std::string>(1100)};
  id.text[1012] = "R-13";
  analysis.features.ids = {id};
  EXPECT_TRUE(has(plain(analysis), "exemplar: row 1,013 (R-13)\n"));
  EXPECT_TRUE(has(plain(analysis), "exemplar: row 1,034\n"));
  EXPECT_TRUE(has(plain(analysis), "typical: row 1,005\n"));
}

TEST(TerminalReport, ManyClustersAndComponentsAreCutShort) {
  Analysis analysis = example::reading();
  AffinityReport report;
  report.result.sizes.assign(500, 2);
  report.result.shares.assign(500, 0.002);
  report.result.exemplars.assign(500, 7);
  report.result.converged = true;
  analysis.affinity = report;
  PcaResult pca;
  pca.explained_variance_ratio.assign(30, 1.0 / 30);
  pca.components = Matrix<double>(30, 6);
  analysis.pca = pca;
  const std::string text = plain(analysis);
  EXPECT_TRUE(has(text, "and 476 smaller clusters with 952 rows together"));
  EXPECT_TRUE(has(text, "and 20 more; pca.csv has them all"));
  EXPECT_LT(lines_of(text).size(), 80U);
  expect_well_formed(text, 80);
}

TEST(TerminalReport, NoClusterIsSaidAndDoesNotDivideByZero) {
  Analysis analysis = example::reading();
  AffinityReport report;
  report.result.labels.assign(72, -1);
  analysis.affinity = report;
  EXPECT_TRUE(has(plain(analysis), "Affinity propagation: no clusters"));
  EXPECT_TRUE(has(plain(analysis), "72 rows in no cluster"));
}

TEST(DescribeReport, ReadsLikeThis) {
  EXPECT_EQ(describe_report(example::table(), {false, 80}), R"(answers.csv: 6 rows, 7 columns

  column                 type      missing  distinct  range
  Timestamp              datetime        –         6  1969-12-31 .. 2018-11-06
  Email address          text            –         6  all different: ana@exampl…
  Effort                 number          –         4  4 .. 1,234,567
  IsDeveloper            boolean         1         2  True 4, False 1
  WorkAt                 category        2         2  University 3, Company 1
  Unanswered             number          6         0  nothing but missing cells
  Which of these state…  category        –         2  disagree 4, agree 2

Warnings
  ! Unanswered: every cell is missing.
)");
}

TEST(DescribeReport, StaysWithinTheTerminal) {
  Table table = example::table();
  for (int i = 0; i < 300; ++i) {
    table.columns.push_back(example::coded("question\x1b[5m " + std::to_string(i),
                                           ColumnType::category, {"a\nb", "日本"},
                                           {0, 1, 1, 1, 0, 1}, 0));
  }
  for (const int width : {60, 80, 120, 200}) {
    const std::string text = describe_report(table, {false, width});
    expect_well_formed(text, width);
    EXPECT_EQ(lines_of(text).size(), 3U + 307U + 3U);
  }
  EXPECT_TRUE(has(describe_report(table, {false, 120}), "2018-11-06"));
  table.columns.clear();
  expect_well_formed(describe_report(table, {false, 80}), 80);
}

}  // namespace
}  // namespace cohort
